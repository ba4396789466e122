import { expect, test } from 'vitest'
import { program } from './program.js'

const none = () => false

test('a browser that somebody names is taken, whatever the system', () => {
  for (const platform of ['linux', 'win32', 'darwin'])
    expect(program(platform, { CHROMIUM: '/opt/c', PATH: '/usr/bin' }, none)).toEqual({
      executablePath: '/opt/c',
    })
})

test('each system has its own place for one', () => {
  expect(program('win32', {}, none), 'Edge comes with Windows').toEqual({ channel: 'msedge' })
  const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  expect(program('darwin', {}, (path) => path === chrome)).toEqual({ executablePath: chrome })
  const linux = program(
    'linux',
    { PATH: '/usr/local/bin:/usr/bin' },
    (path) => path === '/usr/bin/google-chrome',
  )
  expect(linux, 'under any of the names that systems use').toEqual({
    executablePath: '/usr/bin/google-chrome',
  })
})

test('where there is none it is said what to do', () => {
  expect(() => program('darwin', {}, none)).toThrow('install one')
  expect(() => program('linux', { PATH: '/usr/bin' }, none)).toThrow('CHROMIUM')
})
