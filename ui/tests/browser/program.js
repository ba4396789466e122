import { existsSync } from 'node:fs'
import { posix } from 'node:path'

const ON_A_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const ON_A_MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge']

/** How a Chromium of this system is started. What Windows always has is its own; elsewhere one must be found. */
export function program(platform = process.platform, env = process.env, there = existsSync) {
  if (env.CHROMIUM) return { executablePath: env.CHROMIUM }
  if (platform === 'win32') return { channel: 'msedge' }
  const places =
    platform === 'darwin'
      ? ON_A_MAC.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
      : (env.PATH ?? '')
          .split(posix.delimiter)
          .flatMap((folder) => ON_A_PATH.map((name) => posix.join(folder, name)))
  const executablePath = places.find(there)
  if (!executablePath)
    throw new Error('Chromium, Chrome or Edge is missing; install one, or name it in CHROMIUM')
  return { executablePath }
}
