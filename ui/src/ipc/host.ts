import type {
  AgainOutcome,
  AgainReportDto,
  AppIdsDto,
  AppState,
  ArithmeticLine,
  AssignmentDto,
  BridgeDto,
  BridgeKeyDto,
  ChangedEvent,
  ConnectedDto,
  ConnectionDraft,
  ConnectionDto,
  ConversationDto,
  ErasedDto,
  DirectoryDto,
  ListPage,
  ListQuery,
  LogExportDto,
  LogFilterDto,
  LogFormatDto,
  LogPageDto,
  LogProgressEvent,
  LogRobotDto,
  LogVerdictDto,
  MailFolderDto,
  NewBridgeDto,
  NewRobotDto,
  NoticeEvent,
  OpenConversationEvent,
  OutboxDto,
  PersonalFieldDto,
  PolicyPage,
  PolicyValueDto,
  PresenceDto,
  PushDto,
  PushPatch,
  QuarantineRow,
  Rail,
  ReportDto,
  RehearsalDto,
  RobotDto,
  RobotPatch,
  RobotTestDto,
  RuleDraftDto,
  RuleDto,
  RuleSavedDto,
  SearchPage,
  SearchQuery,
  SettingsPatch,
  StorePrivacyDto,
  SignedInDto,
  SignInDto,
  TestAlertResult,
  Tide,
  TimelinePage,
  UiErrorCode,
  UnreadableExportDto,
  UnreadableProgressEvent,
  WhatIf,
} from './client'

/** What the host can be asked; the shell and the fake host both answer it. Every call may throw a {@link HostError}. */
export interface Host {
  appState(): Promise<AppState>
  /** Events are heard from now on; what was to be opened before. */
  listening(): Promise<OpenConversationEvent | null>
  /** The first rows are on the screen. */
  painted(): Promise<unknown>
  patchSettings(patch: SettingsPatch): Promise<AppState>
  rail(): Promise<Rail>
  list(query: ListQuery): Promise<ListPage>
  conversation(id: string): Promise<ConversationDto>
  timeline(id: string, before: string | null, limit: number): Promise<TimelinePage>
  tide(): Promise<Tide>
  arithmetic(deadlineId: string): Promise<ArithmeticLine[]>
  why(conversationId: string): Promise<AssignmentDto[]>
  whatIf(accountId: string, presence: PresenceDto): Promise<WhatIf>
  search(query: SearchQuery): Promise<SearchPage>
  opened(conversationId: string): Promise<unknown>
  /** On screen while something comes; unlike opening it, no sign that anybody cares. */
  seen(conversationId: string): Promise<unknown>
  sendReply(conversationId: string, clientId: string, text: string, seen: string): Promise<OutboxDto>
  /** `data` is the file in base64. */
  sendPicture(conversationId: string, clientId: string, data: string, seen: string): Promise<OutboxDto>
  sendOrderCard(conversationId: string, clientId: string, orderNo: string, seen: string): Promise<OutboxDto>
  sendItemCard(conversationId: string, clientId: string, itemId: string, seen: string): Promise<OutboxDto>
  /** An address that holds the picture of a reply that is not settled; null: it is gone. */
  outboxPicture(clientId: string): Promise<string | null>
  /** False: too late. */
  undoSend(clientId: string): Promise<boolean>
  /** One that the platform does not show; it is asked again first. */
  sendAgain(clientId: string): Promise<unknown>
  settleUnknown(clientId: string, sent: boolean): Promise<unknown>
  retryRefused(clientId: string): Promise<unknown>
  dropRefused(clientId: string): Promise<unknown>
  saveDraft(conversationId: string, text: string): Promise<unknown>
  /** False: the platform was not told; here it is unread all the same. */
  markUnread(conversationId: string): Promise<boolean>
  markDone(conversationId: string): Promise<unknown>
  reopen(conversationId: string): Promise<unknown>
  transfer(conversationId: string, accountId: string, note: string): Promise<unknown>
  /** The sensitive matter was handed to the platform. */
  escalated(conversationId: string): Promise<unknown>
  snooze(conversationId: string): Promise<unknown>
  setPresence(accountId: string, presence: PresenceDto): Promise<unknown>
  setParticipates(accountId: string, on: boolean): Promise<unknown>
  /** Its share of new buyers while weights are looked at, 0 to 100; refused with `weight` above. */
  setWeight(accountId: string, to: number): Promise<unknown>
  setMultiDeviceSync(storeId: string, on: boolean): Promise<unknown>
  addAccount(name: string): Promise<unknown>
  startDemo(): Promise<AppState>
  removeDemo(): Promise<AppState>
  /** The addresses that are known by name. */
  directory(): Promise<DirectoryDto>
  /** Nothing is kept. */
  testConnection(draft: ConnectionDraft): Promise<ReportDto>
  /** Of a mailbox that is not connected yet; asks its server. */
  draftFolders(draft: ConnectionDraft): Promise<MailFolderDto[]>
  testStore(storeId: string): Promise<ReportDto>
  /** After a test; `anyway`: also where permissions are missing. */
  connectStore(draft: ConnectionDraft, anyway: boolean): Promise<ConnectedDto>
  /** Null where there is none to be asked: a bridge, an import. */
  storeConnection(storeId: string): Promise<ConnectionDto | null>
  /** What is empty stays as it is. */
  changeConnection(storeId: string, draft: ConnectionDraft, anyway: boolean): Promise<ConnectedDto>
  /** Opens the browser. With a `redirect`, its address must be pasted when it has landed. */
  beginSignIn(draft: ConnectionDraft, redirect: string): Promise<SignInDto>
  signInAgain(storeId: string, secret: string, redirect: string): Promise<SignInDto>
  /** Answers when the browser has landed, or its address was pasted. */
  finishSignIn(id: string): Promise<SignedInDto>
  landSignIn(id: string, address: string): Promise<unknown>
  cancelSignIn(id: string): Promise<unknown>
  removeStore(storeId: string): Promise<unknown>
  /** The token comes out here and in `rotateBridgeToken`, once. */
  createBridge(bridge: NewBridgeDto): Promise<BridgeKeyDto>
  bridge(storeId: string): Promise<BridgeDto>
  rotateBridgeToken(storeId: string): Promise<BridgeKeyDto>
  revokeBridgeToken(storeId: string): Promise<unknown>
  /** False: the platform itself named a time that has not come. */
  retryStore(storeId: string): Promise<boolean>
  pushReceiver(storeId: string): Promise<PushDto>
  setPushReceiver(storeId: string, patch: PushPatch): Promise<PushDto>
  privacy(): Promise<StorePrivacyDto[]>
  /** Days for which a store's content is kept; 0 = for ever. */
  keepFor(storeId: string, days: number): Promise<unknown>
  /** It can't be taken back. */
  eraseBuyer(buyerId: string): Promise<ErasedDto>
  /** Keeps a field of a store's orders from now on; `signed` is the name under the commitment. */
  keepPersonal(storeId: string, field: PersonalFieldDto, signed: string): Promise<unknown>
  /** No longer keeps it; what was kept is gone. */
  dropPersonal(storeId: string, field: PersonalFieldDto): Promise<unknown>
  /** A field in full. The look is in the push log before it is given. */
  showPersonal(conversationId: string, orderNo: string, field: PersonalFieldDto): Promise<string>
  /** Asks for files, or folders, in the system's own dialog. False: nothing was picked. */
  importMail(storeId: string, folder: boolean): Promise<boolean>
  stopMailImport(storeId: string): Promise<unknown>
  /** How it ended has been read. */
  forgetMailImport(storeId: string): Promise<unknown>
  /** Asks the mailbox's server. */
  mailFolders(storeId: string): Promise<MailFolderDto[]>
  /** Reads these from now on, and the inbox always. */
  readFolders(storeId: string, folders: string[]): Promise<unknown>
  robots(): Promise<RobotDto[]>
  /** What was pasted goes into the key store and never comes back. */
  addRobot(robot: NewRobotDto): Promise<string>
  patchRobot(robotId: string, patch: RobotPatch): Promise<unknown>
  /** With `ids` it is another application from now on. */
  replaceRobotKey(robotId: string, pasted: string, ids: AppIdsDto | null): Promise<unknown>
  removeRobot(robotId: string): Promise<unknown>
  testRobot(robotId: string): Promise<RobotTestDto>
  /** In the team's order. */
  messageRules(): Promise<RuleDto[]>
  /** Keeps it, or says all that is wrong with it. */
  saveMessageRule(rule: RuleDraftDto): Promise<RuleSavedDto>
  orderMessageRules(ids: string[]): Promise<unknown>
  switchMessageRule(ruleId: string, on: boolean): Promise<unknown>
  removeMessageRule(ruleId: string): Promise<unknown>
  /** What a draft would have done at the last events that it looks for; changes nothing. */
  rehearseRule(rule: RuleDraftDto): Promise<RehearsalDto[]>
  /** An offered text was taken into the reply that is being written. */
  takeOffer(offerId: string): Promise<boolean>
  dropOffer(conversationId: string, offerId: string): Promise<boolean>
  policy(): Promise<PolicyPage>
  /** Null: as Tidebell ships it. */
  changePolicy(path: string, value: PolicyValueDto | null): Promise<PolicyPage>
  importCalendar(text: string): Promise<PolicyPage>
  forgetCalendarYear(year: number): Promise<PolicyPage>
  testAlert(): Promise<TestAlertResult>
  quarantine(cursor: string | null): Promise<[QuarantineRow[], string | null]>
  /** Tries to read one again: what came of it, and the row if it is still there. */
  retryUnreadable(id: string): Promise<[AgainOutcome, QuarantineRow | null]>
  retryAllUnreadable(): Promise<AgainReportDto>
  /** After the one under way. */
  stopUnreadable(): Promise<unknown>
  /** Null as id: all of them. The system asks where; null: nobody chose a place. */
  exportUnreadable(id: string | null): Promise<UnreadableExportDto | null>
  rawMessage(messageId: string): Promise<string>
  /** Robots and applications that entries may be about, also those that were removed. */
  logRobots(): Promise<LogRobotDto[]>
  logPage(filter: LogFilterDto, cursor: string | null): Promise<LogPageDto>
  /** Null: it was stopped. */
  checkLog(): Promise<LogVerdictDto | null>
  /** The system asks where. Null: nobody chose a place, or it was stopped. */
  exportLog(filter: LogFilterDto, format: LogFormatDto): Promise<LogExportDto | null>
  stopLogWork(): Promise<unknown>
  /** The folder of the last export. */
  showExport(): Promise<unknown>
  /** In the system's browser, if it may be opened at all. */
  openLink(url: string): Promise<unknown>
  /** Each returns the way to stop listening. */
  onChanged(listener: (event: ChangedEvent) => void): () => void
  /** `transfer`: ask at once whom it goes to. */
  onOpen(listener: (conversationId: string, transfer: boolean) => void): () => void
  onNotice(listener: (event: NoticeEvent) => void): () => void
  /** How far a check or an export of the push log is. */
  onLogProgress(listener: (event: LogProgressEvent) => void): () => void
  /** How far another try of all that could not be read is. */
  onUnreadableProgress(listener: (event: UnreadableProgressEvent) => void): () => void
}

/** A refused call: a code to act on and a detail for the curious. */
export class HostError extends Error {
  constructor(
    readonly code: UiErrorCode,
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`)
  }

  /** Whatever was thrown, as one of ours. */
  static from(error: unknown): HostError {
    if (error instanceof HostError) return error
    return new HostError('internal', error instanceof Error ? error.message : String(error))
  }
}
