/** Keeps the screen from going dark, where the browser lets us, until what it returns is called. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null
  let over = false

  /** A page that was hidden lost its lock. */
  async function take() {
    if (document.hidden || !('wakeLock' in navigator)) return
    const taken = await navigator.wakeLock.request('screen').catch(() => null)
    if (over) void taken?.release()
    else lock = taken
  }

  const seen = () => void take()
  document.addEventListener('visibilitychange', seen)
  seen()
  return () => {
    over = true
    document.removeEventListener('visibilitychange', seen)
    void lock?.release()
  }
}
