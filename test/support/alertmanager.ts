import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

const program = '/usr/bin/prometheus-alertmanager'

/** A real Alertmanager on this machine that tells one address, with a bearer token; fails loudly where it is not installed. */
export async function startAlertmanager(url: string, token: string) {
  if (!existsSync(program)) throw new Error('These tests need it: apt-get install -y prometheus-alertmanager')
  const folder = await mkdtemp(join(tmpdir(), 'muster-alertmanager-'))
  const port = await freePort()
  await writeFile(join(folder, 'alertmanager.yml'), settingsFor(url, token))
  const address = `127.0.0.1:${port}`
  const words = [
    `--config.file=${folder}/alertmanager.yml`,
    `--storage.path=${folder}`,
    `--web.listen-address=${address}`,
  ]
  const child = spawn(program, [...words, '--cluster.listen-address='], { stdio: ['ignore', 'ignore', 'pipe'] })
  let printed = ''
  child.stderr.on('data', data => {
    printed += String(data)
  })
  const origin = `http://${address}`
  const answers = () =>
    fetch(`${origin}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until('Alertmanager answers', answers).catch(() => Promise.reject(new Error(printed)))
  return {
    get printed() {
      return printed
    },
    /** As Prometheus posts it; over when `endsAt` is past. */
    async post(labels: Record<string, string>, summary: string, endsAt: Date | null = null): Promise<void> {
      const alert = { labels, annotations: { summary, description: `${summary}, says the real one.` } }
      const times = { startsAt: new Date(Date.now() - 60_000), ...(endsAt !== null && { endsAt }) }
      const body = JSON.stringify([{ ...alert, ...times, generatorURL: 'http://prometheus.test/graph' }])
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${origin}/api/v2/alerts`, { method: 'POST', headers, body })
      if (!response.ok) throw new Error(`Alertmanager answered ${response.status}: ${await response.text()}`)
    },
    stop: () => stop(child, folder),
  }
}

/** Tells at once, and again every second: whoever hears it must know it already. */
function settingsFor(url: string, token: string): string {
  return `
route:
  receiver: muster
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1s
receivers:
  - name: muster
    webhook_configs:
      - url: ${url}
        send_resolved: true
        http_config:
          authorization:
            credentials: ${token}
`
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null) {
    const ended = once(child, 'exit')
    child.kill()
    await ended
  }
  await rm(folder, { recursive: true, force: true })
}
