import type {
  ConnectionDraft,
  DirectoryDto,
  MailProviderDto,
  PlatformDto,
  TokensDraft,
} from '../../ipc/client'

/** Platforms that are reached directly; a bridge is made, and calls by itself. */
export type Direct = Exclude<PlatformDto, 'bridge'>
/** Where the tokens come from; `keep`: a store that is kept goes on with its own. */
export type Way = 'browser' | 'paste' | 'keep'
export type FieldName =
  'name' | 'host' | 'account' | 'secret' | 'company' | 'shop_id' | 'access_token' | 'refresh_token'
export type Values = Record<FieldName, string>
export type Fault = 'missing' | 'host' | 'gateway' | 'digits' | 'spaces'

export const OWN = 'own'
export const SECRETS: ReadonlySet<FieldName> = new Set(['secret', 'access_token', 'refresh_token'])
/** What the platform's page is asked for with. */
export const APPLICATION: ReadonlySet<FieldName> = new Set(['host', 'account', 'secret'])
export const EMPTY: Readonly<Values> = {
  name: '',
  host: '',
  account: '',
  secret: '',
  company: '',
  shop_id: '',
  access_token: '',
  refresh_token: '',
}

const FIELDS: Readonly<Record<Direct, readonly FieldName[]>> = {
  shopee: ['name', 'host', 'account', 'secret', 'company'],
  aliexpress: ['name', 'host', 'account', 'secret'],
  mail: ['name', 'account', 'host', 'secret'],
}
const TOKENS: Readonly<Record<Direct, readonly FieldName[]>> = {
  shopee: ['shop_id', 'access_token', 'refresh_token'],
  aliexpress: ['access_token', 'refresh_token'],
  mail: [],
}

/** What a platform asks for, in the order in which its console shows it. */
export const fieldsOf = (platform: Direct) => FIELDS[platform]
/** What is pasted beside it, where nobody signs in. */
export const tokenFieldsOf = (platform: Direct) => TOKENS[platform]

const NAME = String.raw`(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?`
const SERVER = new RegExp(String.raw`^${NAME}(?::\d{1,5})?$`, 'u')
const GATEWAY = new RegExp(
  String.raw`^(?:https://${NAME}|http://(?:127\.0\.0\.1|localhost|\[::1\]))(?::\d{1,5})?/?$`,
  'u',
)

/** The first thing that is wrong with a field, before anything is sent. */
export function faultOf(platform: Direct, field: FieldName, typed: string, optional: boolean): Fault | null {
  const value = typed.trim()
  if (value === '') return optional ? null : 'missing'
  if (field === 'host' && platform === 'mail') return SERVER.test(value) ? null : 'host'
  if (field === 'host') return GATEWAY.test(value) ? null : 'gateway'
  const number = field === 'shop_id' || (platform === 'shopee' && field === 'account')
  if (number && !/^\d+$/.test(value)) return 'digits'
  if (SECRETS.has(field) && platform !== 'mail' && /\s/.test(value)) return 'spaces'
  return null
}

/** The provider to whom the domain of an address belongs. */
export function mailboxOf(directory: DirectoryDto | null, address: string): MailProviderDto | null {
  const domain = address.trim().split('@')[1]?.toLowerCase() ?? ''
  return directory?.mailboxes.find((mailbox) => mailbox.domains.includes(domain)) ?? null
}

/** What goes to the shell; spaces that were copied along are taken off, except inside a password. */
export function draftOf(platform: Direct, values: Values, tokens: TokensDraft): ConnectionDraft {
  const shopee = platform === 'shopee'
  return {
    platform,
    name: values.name.trim(),
    host: values.host.trim(),
    account: values.account.trim(),
    shop_id: shopee ? values.shop_id.trim() : '',
    company: shopee ? values.company.trim() : '',
    secret: platform === 'mail' ? values.secret : values.secret.trim(),
    tokens,
  }
}
