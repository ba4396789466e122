//! The border to the UI: serialisable twins of what the engine knows.
//!
//! Ids and instants are strings (an id may exceed what a JavaScript number holds; instants are RFC 3339 in UTC).
//! Nothing here is a sentence: the UI puts codes into words, in the user's language.

mod bridge;
mod connection;
mod conversation;
mod error;
mod event;
mod list;
mod log;
mod mailbox;
mod policy;
mod privacy;
mod push;
mod rail;
mod reason;
mod robot;
mod rule;
mod search;
mod settings;
mod tide;
mod unreadable;

pub use bridge::{BridgeDto, BridgeKeyDto, NewBridgeDto};
pub use connection::{
    CapabilityDto, CauseDto, CheckDto, CheckLine, CheckState, ConnectedDto, ConnectionDraft, ConnectionDto,
    DirectoryDto, GatewayDto, InterfaceDto, MailProviderDto, NamePiece, ReportDto, SignInDto, SignInNeeds,
    SignedInDto, TokensDraft, VerdictDto,
};
pub use conversation::{
    BodyDto, BuyerCard, CardGate, ClimbDto, ConversationDto, DeviceDto, ItemDto, MessageDto, OrderCard,
    OrderLineDto, OutboxDto, OutboxState, PictureGate, SendGate, TimelineItem, TimelinePage,
};
pub use error::{UiError, UiErrorCode};
pub use event::{ChangedEvent, LogProgressEvent, NoticeEvent, OpenConversationEvent};
pub use list::{
    ConversationRow, DueDto, Group, GroupCount, KindDto, ListPage, ListQuery, PlatformDto, Urgency, View,
};
pub use log::{
    LogEntryDto, LogExportDto, LogFilterDto, LogFormatDto, LogGroupDto, LogPageDto, LogRobotDto,
    LogVerdictDto,
};
pub use mailbox::{BacklogDto, FolderCheckDto, FolderRoleDto, MailFolderDto, MailImportDto, MailboxDto};
pub use policy::{HolidayYearDto, PolicyEntryDto, PolicyPage, PolicyValueDto};
pub use privacy::{
    ErasedDto, PersonalDto, PersonalFieldDto, PersonalStateDto, PersonalSwitchDto, StorePrivacyDto,
};
pub use push::{PushDto, PushPatch, PushStateDto};
pub use rail::{Light, PauseDto, PresenceDto, Rail, SeatRow, StoreRow, ViewCount};
pub use reason::{
    ArithmeticLine, AssignmentDto, DeadlineDto, DeadlineStatus, Param, SeatFactsDto, WhatIf, WhatIfMove,
};
pub use robot::{
    AppIdsDto, NewRobotDto, NewWayDto, RobotAppDto, RobotDto, RobotHealth, RobotHealthDto, RobotMissedDto,
    RobotPatch, RobotReadersDto, RobotTestDto,
};
pub use rule::{
    FiredDto, OfferDto, RehearsalDto, RuleConditionDto, RuleDraftDto, RuleDto, RuleGoneDto, RuleProblemDto,
    RuleReplyDto, RuleSavedDto, RuleTargetDto, RuleTriggerDto, RuleVerdictDto, SawDto,
};
pub use search::{HitKind, SearchHit, SearchPage, SearchQuery, Span};
pub use settings::{AppState, DemoState, Locale, SettingsPatch, TestAlertResult, Theme};
pub use tide::{NextDue, Tide, TideDot, TideSpan};
pub use unreadable::{
    AgainOutcome, AgainReportDto, QuarantineRow, UnreadableBarred, UnreadableCause, UnreadableExportDto,
    UnreadableProgressEvent,
};
