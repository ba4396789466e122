import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { preview } from 'vite'
import connect from './connect.js'
import crowded from './crowded.js'
import dates from './dates.js'
import dialogs from './dialogs.js'
import { launch, openWindow } from './harness.js'
import inbox from './inbox.js'
import keyboard from './keyboard.js'
import lines from './lines.js'
import loading from './loading.js'
import log from './log.js'
import logLive from './log_live.js'
import looks from './looks.js'
import mailbox from './mailbox.js'
import numbers from './numbers.js'
import privacy from './privacy.js'
import push from './push.js'
import rail from './rail.js'
import renew from './renew.js'
import reply from './reply.js'
import robots from './robots.js'
import rules from './rules.js'
import russian from './russian.js'
import screens from './screens.js'
import search from './search.js'
import sealed from './sealed.js'
import signin from './signin.js'
import tongues from './tongues.js'
import unreadable from './unreadable.js'
import walk from './walk.js'
import weights from './weights.js'

// The window runs under the shell's own policy; only the address of the page differs.
const shell = JSON.parse(readFileSync(new URL('../../../tauri.conf.json', import.meta.url), 'utf8'))
const policy = shell.app.security.csp.replaceAll('ipc: ', "'self' ")
const only = process.argv[2] ?? ''
const server = await preview({
  configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
  logLevel: 'error',
  preview: { host: '127.0.0.1', port: 0, strictPort: false, headers: { 'Content-Security-Policy': policy } },
})
const base = `http://127.0.0.1:${server.httpServer.address().port}`
const browser = await launch()
/** What the window looked like when a test failed. */
const pictures = fileURLToPath(new URL('../../../target/tmp/browser-failures/', import.meta.url))
rmSync(pictures, { recursive: true, force: true })
let passed = 0
const failed = []

async function told(name, error, page) {
  mkdirSync(pictures, { recursive: true })
  const path = `${pictures}${failed.length + 1}.png`
  const seen = await page?.screenshot({ path }).then(
    () => `\n      ${path}`,
    () => '',
  )
  const why = String(error.message).split('\n').slice(0, 6).join('\n      ')
  return `FAIL  ${name}\n      ${why}${seen ?? ''}`
}

for (const [name, options, run] of [
  ...inbox,
  ...reply,
  ...search,
  ...dialogs,
  ...connect,
  ...renew,
  ...loading,
  ...push,
  ...signin,
  ...numbers,
  ...robots,
  ...privacy,
  ...sealed,
  ...rules,
  ...russian,
  ...mailbox,
  ...unreadable,
  ...log,
  ...dates,
  ...logLive,
  ...keyboard,
  ...walk,
  ...looks,
  ...lines,
  ...rail,
  ...weights,
  ...crowded,
  ...tongues,
  ...screens,
]) {
  if (!name.includes(only)) continue
  let seat
  try {
    seat = await openWindow(browser, base, options)
    await run(seat.page)
    if (seat.faults.length > 0) throw new Error(`the page threw: ${seat.faults[0]}`)
    passed += 1
    console.log(`ok    ${name}`)
  } catch (error) {
    failed.push(await told(name, error, seat?.page))
    console.log(failed.at(-1))
  } finally {
    await seat?.context.close()
  }
}

await browser.close()
await new Promise((done) => server.httpServer.close(done))
// Once more at the end, where they are found.
for (const each of failed) console.log(each)
console.log(`${passed} passed, ${failed.length} failed`)
process.exit(failed.length === 0 && passed > 0 ? 0 : 1)
