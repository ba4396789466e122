//! The conversation list: views, filters, rows.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The views of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// 待我回复: owned by me and owing a reply.
    Mine,
    /// 团队全部: everything open.
    Team,
    /// 未分流: owing, but nobody owns it.
    Unassigned,
    /// 平台通知.
    Notices,
    /// 系统邮件.
    Mails,
    /// 工单与纠纷.
    Cases,
    /// 已完成.
    Done,
}

/// Where a conversation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum PlatformDto {
    /// AliExpress.
    AliExpress,
    /// Shopee.
    Shopee,
    /// A mailbox.
    Mail,
    /// A program that hands in for a platform.
    Bridge,
}

/// What a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum KindDto {
    /// With a buyer.
    Chat,
    /// A platform's notice.
    Notice,
    /// System mail.
    Mail,
    /// A dispute or ticket.
    Case,
}

/// Groups of the list, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Past its deadline.
    Overdue,
    /// Due within one hour.
    Hour,
    /// Due before midnight UTC+8.
    Today,
    /// Due later.
    Later,
    /// Owes nothing.
    Settled,
}

/// The one colour meaning: red, amber, teal. Never shown by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Overdue or within ten minutes.
    Red,
    /// Within an hour, or needs care.
    Amber,
    /// Fine.
    Calm,
}

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
pub struct ListQuery {
    /// The view.
    pub view: View,
    /// Only this store.
    pub store_id: Option<String>,
    /// Only this owner (an account id).
    pub owner_id: Option<String>,
    /// Where the page before ended; opaque.
    pub cursor: Option<String>,
    /// How many rows, at most 200.
    pub limit: u32,
}

/// The deadline shown on a row: the earliest applicable one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct DueDto {
    /// A deadline kind of the rules, such as `reply`.
    pub kind: String,
    /// The instant.
    pub at: String,
    /// When the clock started.
    pub from: String,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an independent mark of the row that the UI draws by itself"
)]
pub struct ConversationRow {
    /// Conversation id.
    pub id: String,
    /// What it is.
    pub kind: KindDto,
    /// Where it comes from.
    pub platform: PlatformDto,
    /// The store's name.
    pub store_name: String,
    /// The buyer's nickname, or the headline of a notice or mail.
    pub title: String,
    /// ISO 3166 code of the buyer's country.
    pub country: Option<String>,
    /// The order it speaks of.
    pub order_no: Option<String>,
    /// The newest words, one line.
    pub preview: String,
    /// The kind of the newest message (`text`, `image`, …): the UI names it when there are no words.
    pub preview_kind: String,
    /// Whether the newest message is ours.
    pub preview_ours: bool,
    /// The deadline, if something is owed.
    pub due: Option<DueDto>,
    /// The group at the moment of asking.
    pub group: Group,
    /// Who owns it.
    pub owner_name: Option<String>,
    /// Whether that is me.
    pub mine: bool,
    /// Messages not read yet.
    pub unread: u32,
    /// Opened at this instant and still not answered.
    pub read_silent_since: Option<String>,
    /// `return`, `refund`, `bad_review` or `legal`.
    pub sensitive: Option<String>,
    /// A reply is on its way, refused or of unknown fate.
    pub outbox_trouble: bool,
    /// The mail is not from whom it says.
    pub suspicious: bool,
    /// The newest activity.
    pub last_at: String,
}

/// How many rows a group has in the whole view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct GroupCount {
    /// The group.
    pub group: Group,
    /// Its rows.
    pub count: u32,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ListPage {
    /// The rows, most urgent first.
    pub rows: Vec<ConversationRow>,
    /// Groups of the whole view.
    pub groups: Vec<GroupCount>,
    /// Hand in for the next page; none at the end.
    pub next: Option<String>,
}
