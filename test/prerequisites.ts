import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Real servers and a real browser that the tests run against, as Debian names their packages. */
const programs: [program: string, packages: string[]][] = [
  ['redis-server', ['redis-server']],
  ['chromium-headless-shell', ['chromium-headless-shell']],
  ['dovecot', ['dovecot-imapd', 'dovecot-lmtpd']],
  ['postfix', ['postfix']],
  ['prometheus-alertmanager', ['prometheus-alertmanager']],
]

/** Installs what is missing where that is possible (Debian, as root), else says the exact command. Never leaves a test out. */
export function ensurePrograms(): boolean {
  const missing = programs.filter(([program]) => !isInstalled(program)).flatMap(([, packages]) => packages)
  if (missing.length === 0) return true
  const command = `apt-get install -y ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    console.error(`The tests need programs that are not here. Install them with:\n\n    sudo ${command}\n`)
    return false
  }
  console.log(`Installing ${missing.join(', ')} …`)
  return run('apt-get update') && run(command)
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  return folders.some(folder => existsSync(`${folder}/${program}`))
}

function run(command: string): boolean {
  const { status, stdout, stderr } = spawnSync(command, {
    shell: true,
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status !== 0) console.error(`This failed:\n\n    ${command}\n\n${stdout}${stderr}`)
  return status === 0
}
