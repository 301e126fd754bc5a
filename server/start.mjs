/**
 * The entry of every script of package.json. It must run on any Node that npm runs on, to say which one Muster needs: hence
 * no TypeScript here.
 */
const needed = [24, 15]
const given = process.versions.node.split('.').map(Number)

if (given[0] < needed[0] || (given[0] === needed[0] && given[1] < needed[1])) {
  console.error(
    `Muster needs Node ${needed.join('.')} or newer, and this is ${process.version}. ` +
      'It brings its own: run "npx -y pnpm@12 install", look at what that complains about, then start again.',
  )
  process.exitCode = 1
} else if (process.argv[2] === '--command') {
  const { run } = await import('./command-line/command.ts')
  process.exitCode = await run(process.argv.slice(3))
} else {
  const { readConfig } = await import('./config.ts')
  const config = readConfig(process.env)
  if ('complaint' in config) {
    console.error(config.complaint)
    process.exitCode = 2
  } else {
    const { buildScreens } = await import('./build-screens.ts')
    if (await buildScreens()) await import('./main.ts')
    else process.exitCode = 1
  }
}
