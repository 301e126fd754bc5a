const worker = '/service-worker.js'

type TrustedTypes = {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string }
}

/** Has the browser keep the screens for when the server is away. A browser that cannot is as well off as before. */
export function keepShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  navigator.serviceWorker.register(trusted(worker), { updateViaCache: 'none' }).catch(() => {})
}

/** The page's own policy lets no address become a script but by this name, which lets this one alone. */
function trusted(url: string): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes }
  if (trustedTypes === undefined) return url
  const policy = trustedTypes.createPolicy('muster-service-worker', {
    createScriptURL: asked => (asked === worker ? asked : ''),
  })
  return policy.createScriptURL(url)
}
