import type { Script } from './builder'
import { seeded } from './model'

const PEOPLE: [name: string, country: string, language: string, lines: string[]][] = [
  [
    'Carlos R.',
    'MX',
    'es',
    ['¿Me pueden enviar la factura, por favor?', 'El paquete llegó abierto y falta una pieza.'],
  ],
  [
    'Ольга В.',
    'RU',
    'ru',
    ['Подскажите, какой размер выбрать на рост 170?', 'Спасибо, всё пришло, но не хватает кабеля.'],
  ],
  ['Beatriz S.', 'BR', 'pt', ['Qual é o prazo de entrega para Curitiba?', 'A cor veio diferente da foto.']],
  [
    'Camille D.',
    'FR',
    'fr',
    ['Est-ce que la garantie couvre la batterie ?', 'Le colis est marqué livré mais je ne l’ai pas.'],
  ],
  ['سارة', 'AE', 'ar', ['هل المقاس مناسب لعمر عشر سنوات؟', 'لم يصلني رقم التتبع بعد.']],
  ['Hannah W.', 'GB', 'en', ['Does this fit a UK plug?', 'My parcel says delivered but nothing is here.']],
  [
    'Jonas K.',
    'DE',
    'de',
    ['Ist der Artikel auch in Schwarz lieferbar?', 'Bitte stornieren Sie eine der beiden Bestellungen.'],
  ],
  ['Lucía P.', 'CL', 'es', ['¿Tienen envío a Valparaíso?', 'No me funciona el control remoto.']],
  ['Игорь С.', 'KZ', 'ru', ['Когда будет отправка?', 'Можно поменять адрес доставки?']],
  ['Amélie T.', 'BE', 'fr', ['Merci de confirmer la date d’expédition.', 'La taille M est-elle en stock ?']],
]

/** The rest of the team's conversations: the same people for the same seed. */
export function crowd(count: number): Script[] {
  const random = seeded(20_261)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  return Array.from({ length: count }, (_, i) => {
    const [name, country, language, lines] = PEOPLE[i % PEOPLE.length]!
    const mine = random() < 0.18
    const answered = random() < (mine ? 0.3 : 0.62)
    const ago = Math.round(4 + random() * 112 + (i % 9 === 0 ? 40 : 0))
    const owner = mine ? 'amin' : pick(['xiaoli', 'xiaoli', 'laozhou', 'main'])
    const script: Script = {
      title: i < PEOPLE.length ? name : `${name.replace('.', '')}${Math.floor(i / PEOPLE.length) + 1}.`,
      store: random() < 0.7 ? 's1' : 's2',
      country,
      language,
      owner,
      unread: answered ? 0 : 1,
      lines: [{ ago: ago + 9, by: 'buyer', body: lines[0]! }],
    }
    if (random() < 0.4)
      script.lines.push({
        ago: ago + 4,
        by: owner,
        body: 'Hello! Let me check this for you, one moment please.',
      })
    script.lines.push({ ago, by: 'buyer', body: lines[1]! })
    if (answered)
      script.lines.push({
        ago: Math.max(1, ago - 3),
        by: owner,
        body: 'We have sent the details, and we will write again before 17:00 today.',
      })
    if (answered && random() < 0.6) script.done = true
    return script
  })
}

/** A long conversation, to page and to scroll. */
export function longTalk(): Script {
  const lines: Script['lines'] = []
  for (let i = 220; i > 0; i -= 1) {
    const question = i % 2 === 0
    lines.push({
      ago: 60 + i * 97,
      by: question ? 'buyer' : 'amin',
      body: question
        ? `Question ${221 - i}: is the bracket for model ${1000 + i} also made of steel?`
        : `Answer ${221 - i}: yes, it is steel, 2 mm, and it comes with four screws.`,
      mobile: i % 7 === 1,
    })
  }
  lines.push({
    ago: 12,
    by: 'buyer',
    body: 'One more: could you combine both orders into one parcel? I would like to save the second shipping fee.',
  })
  return {
    title: 'Grace O.',
    store: 's2',
    country: 'IE',
    language: 'en',
    owner: 'amin',
    lines,
    tags: ['VIP'],
  }
}
