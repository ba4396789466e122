import { describe, expect, it } from 'vitest'
import type { TimelineItem } from '../ipc/client'
import { RemotePictures } from './pictures.svelte'

const picture = (url: string) =>
  ({ item: 'message', message: { body: { type: 'image', url, thumb: null } } }) as TimelineItem
const items = [
  picture('https://a.example/1.jpg'),
  picture('https://a.example/2.jpg'),
  picture('https://b.example/1.jpg'),
  picture('data:image/png;base64,AA=='),
]

describe('the pictures of a conversation that lie elsewhere', () => {
  it('are counted by where they lie', () => {
    const pictures = new RemotePictures(() => ({ id: 'c1', items }))
    expect(pictures.count('a.example')).toBe(2)
    expect(pictures.count('b.example')).toBe(1)
    expect(pictures.count(''), 'what is here already is none of them').toBe(0)
  })

  it('are loaded from nowhere else and for no other conversation than was asked for', () => {
    let id = 'c1'
    const pictures = new RemotePictures(() => ({ id, items }))
    expect(pictures.all('a.example')).toBe(false)
    pictures.ask('a.example')
    expect(pictures.all('a.example')).toBe(true)
    expect(pictures.all('b.example'), 'another host hears nothing').toBe(false)
    id = 'c2'
    expect(pictures.all('a.example'), 'nor of another buyer').toBe(false)
    pictures.ask('b.example')
    id = 'c1'
    expect(pictures.all('a.example'), 'and who comes back asks again').toBe(false)
  })
})
