import type {
  ConnectionDraft,
  DirectoryDto,
  InterfaceDto,
  MailProviderDto,
  PlatformDto,
  TokensDraft,
} from '../../ipc/client'

/** Platforms that are reached directly; a bridge is made, and calls by itself. */
export type Direct = Exclude<PlatformDto, 'bridge'>
/**
 * Where the tokens come from; `keep`: a store that is kept goes on with its own; `password`: what is opened without any,
 * by its secret alone.
 */
export type Way = 'browser' | 'paste' | 'keep' | 'password'
export type FieldName =
  | 'name'
  | 'host'
  | 'account'
  | 'secret'
  | 'company'
  | 'shop_id'
  | 'access_token'
  | 'refresh_token'
  | 'client_id'
  | 'client_secret'
export type Values = Record<FieldName, string>
export type Fault = 'missing' | 'host' | 'gateway' | 'digits' | 'spaces'

export const OWN = 'own'
export const SECRETS: ReadonlySet<FieldName> = new Set([
  'secret',
  'access_token',
  'refresh_token',
  'client_secret',
])
/** What the platform's page is asked for with. */
export const APPLICATION: ReadonlySet<FieldName> = new Set([
  'host',
  'account',
  'secret',
  'client_id',
  'client_secret',
])
export const EMPTY: Readonly<Values> = {
  name: '',
  host: '',
  account: '',
  secret: '',
  company: '',
  shop_id: '',
  access_token: '',
  refresh_token: '',
  client_id: '',
  client_secret: '',
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
/** What a mailbox asks for by the way it is opened, where there is more than one. */
const OF_MAIL: Readonly<Partial<Record<Way, readonly FieldName[]>>> = {
  password: ['secret'],
  browser: ['client_id', 'client_secret'],
}

/** What a platform asks for, in the order in which its console shows it. */
export const fieldsOf = (platform: Direct) => FIELDS[platform]
/** What is typed beside it, by where the tokens come from. */
export function tokenFieldsOf(platform: Direct, way: Way): readonly FieldName[] {
  if (platform === 'mail') return OF_MAIL[way] ?? []
  return way === 'paste' ? TOKENS[platform] : []
}

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
  // A mail password may have spaces in it; nothing that was copied from a console has.
  const copied = field === 'client_id' || (SECRETS.has(field) && !(platform === 'mail' && field === 'secret'))
  if (copied && /\s/.test(value)) return 'spaces'
  return null
}

/** A server's name without its port. */
const bare = (host: string) => host.trim().toLowerCase().replace(/:\d+$/, '')

/** The provider whose server it is, also where that was typed by hand. */
export function providerOf(directory: DirectoryDto | null, host: string): MailProviderDto | null {
  return directory?.mailboxes.find((mailbox) => bare(mailbox.host) === bare(host)) ?? null
}

/** The provider to whom the domain of an address belongs. */
export function mailboxOf(directory: DirectoryDto | null, address: string): MailProviderDto | null {
  const domain = address.trim().split('@')[1]?.toLowerCase() ?? ''
  return directory?.mailboxes.find((mailbox) => mailbox.domains.includes(domain)) ?? null
}

/** What is kept in place of a password where the owner signs in through the browser; nothing where nothing was typed. */
const applicationOf = ({ client_id, client_secret }: Values) =>
  `${client_id.trim()} ${client_secret.trim()}`.trim()

/** The secret by the way in which it is used. */
export function secretOf(platform: Direct, values: Values, way: Way): string {
  if (platform !== 'mail') return values.secret.trim()
  return way === 'browser' ? applicationOf(values) : way === 'password' ? values.secret : ''
}

/** What goes to the shell; spaces that were copied along are taken off, except inside a password. */
export function draftOf(
  platform: Direct,
  values: Values,
  tokens: TokensDraft,
  way: Way,
  by: InterfaceDto = 'usual',
): ConnectionDraft {
  const shopee = platform === 'shopee'
  return {
    platform,
    interface: by,
    name: values.name.trim(),
    host: values.host.trim(),
    account: values.account.trim(),
    shop_id: shopee ? values.shop_id.trim() : '',
    company: shopee ? values.company.trim() : '',
    folders: [],
    secret: secretOf(platform, values, way),
    tokens,
  }
}
