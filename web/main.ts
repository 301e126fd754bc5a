import './style/tokens.css'
import './style/base.css'
import { mount } from 'svelte'
import App from './app.svelte'
import './state/theme.svelte.ts'
import { learnWords } from './state/words.ts'

await learnWords()
const target = document.getElementById('app')
if (target) mount(App, { target })
