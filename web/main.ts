import './style/tokens.css'
import './style/base.css'
import { mount } from 'svelte'
import App from './app.svelte'
import { keepShell } from './keep-shell.ts'
import { fetchApart } from './screens/apart.ts'
import './state/theme.svelte.ts'
import { learnWords } from './state/words.ts'

await learnWords()
const target = document.getElementById('app')
if (target) mount(App, { target })

const quietAfterMs = 3_000

/** What is not needed at first comes when the line is free again. A language that was fetched first may have let "load" go by. */
const later = () => setTimeout(() => void fetchApart().then(keepShell), quietAfterMs)
if (document.readyState === 'complete') later()
else window.addEventListener('load', later)
