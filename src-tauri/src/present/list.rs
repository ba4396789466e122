//! The conversation list.

use super::{instant, some};
use crate::app::App;
use crate::wire::{
    ConversationRow, DueDto, Group, GroupCount, KindDto, ListPage, ListQuery, PlatformDto, UiError, View,
};
use domain::{AccountId, ConversationKind, Platform, StoreId, Timestamp, beijing_day_start, to_ms};
use std::collections::{HashMap, HashSet};
use store::{ConversationItem, ListCursor, OutboxState};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

pub(crate) const fn platform_dto(platform: Platform) -> PlatformDto {
    match platform {
        Platform::AliExpress => PlatformDto::AliExpress,
        Platform::Shopee => PlatformDto::Shopee,
        Platform::Mail => PlatformDto::Mail,
        Platform::Bridge => PlatformDto::Bridge,
    }
}

/// The way back of [`platform_dto`].
pub(crate) const fn platform(dto: PlatformDto) -> Platform {
    match dto {
        PlatformDto::AliExpress => Platform::AliExpress,
        PlatformDto::Shopee => Platform::Shopee,
        PlatformDto::Mail => Platform::Mail,
        PlatformDto::Bridge => Platform::Bridge,
    }
}

pub(crate) const fn kind_dto(kind: ConversationKind) -> KindDto {
    match kind {
        ConversationKind::Chat => KindDto::Chat,
        ConversationKind::Notice => KindDto::Notice,
        ConversationKind::Mail => KindDto::Mail,
        ConversationKind::Case => KindDto::Case,
    }
}

/// The group of a deadline at `now`.
pub(crate) fn group(due: Option<Timestamp>, now: Timestamp) -> Group {
    let Some(due) = due.map(to_ms) else { return Group::Settled };
    let now_ms = to_ms(now);
    let midnight = to_ms(beijing_day_start(now)) + DAY_MS;
    if due <= now_ms {
        Group::Overdue
    } else if due - now_ms <= HOUR_MS {
        Group::Hour
    } else if due < midnight {
        Group::Today
    } else {
        Group::Later
    }
}

fn view(view: View, me: AccountId, owner: Option<AccountId>) -> store::View {
    match (view, owner) {
        (View::Mine, _) => store::View::Mine(me),
        (View::Team, Some(owner)) => store::View::Mine(owner),
        (View::Team, None) => store::View::Team,
        (View::Unassigned, _) => store::View::Unassigned,
        (View::Notices, _) => store::View::Notices,
        (View::Mails, _) => store::View::Mails,
        (View::Cases, _) => store::View::Cases,
        (View::Done, _) => store::View::Done,
    }
}

/// What rows need to be drawn beyond themselves.
struct Surroundings {
    me: AccountId,
    now: Timestamp,
    stores: HashMap<StoreId, (Platform, String)>,
    names: HashMap<AccountId, domain::AccountName>,
    trouble: HashSet<domain::ConversationId>,
}

/// A page of a view.
pub(crate) async fn list(app: &App, query: &ListQuery) -> Result<ListPage, UiError> {
    let store = app.engine.store();
    let me = app.me().await;
    let now = app.engine.now();
    let owner = query.owner_id.as_deref().map(str::parse).transpose()?;
    let asked = store::ListQuery {
        view: view(query.view, me, owner),
        store: query.store_id.as_deref().map(str::parse).transpose()?,
        after: query.cursor.as_deref().map(read_cursor).transpose()?,
        limit: query.limit.min(200),
    };
    let page = store.list(asked).await?;
    let stores = store.stores().await?;
    let unsettled = store.outbox_unsettled().await?;
    let around = Surroundings {
        me,
        now,
        stores: stores.into_iter().map(|row| (row.id, (row.store.platform, row.store.name))).collect(),
        names: app.names().await?,
        trouble: unsettled
            .into_iter()
            .filter(|row| matches!(row.state, OutboxState::Refused | OutboxState::Unknown))
            .map(|row| row.reply.conversation)
            .collect(),
    };
    let suspicious = suspicious(app, &page.items).await?;
    let groups = groups(app, asked, now).await?;
    let rows = page.items.iter().map(|item| row(item, &around, &suspicious)).collect();
    Ok(ListPage { rows, groups, next: page.next.map(write_cursor) })
}

async fn suspicious(
    app: &App,
    items: &[ConversationItem],
) -> Result<HashSet<domain::ConversationId>, UiError> {
    let mut found = HashSet::new();
    for item in items.iter().filter(|item| item.conversation.kind == ConversationKind::Mail) {
        let Some(last) = &item.conversation.last else { continue };
        let mail = app.engine.store().mail(last.id).await?;
        if mail.is_some_and(|mail| mail.authenticity == domain::Authenticity::Suspicious) {
            found.insert(item.conversation.id);
        }
    }
    Ok(found)
}

async fn groups(app: &App, asked: store::ListQuery, now: Timestamp) -> Result<Vec<GroupCount>, UiError> {
    let midnight = domain::from_ms(to_ms(beijing_day_start(now)) + DAY_MS);
    let hour = domain::from_ms(to_ms(now) + HOUR_MS);
    let bounds = [now, hour, midnight];
    let counts = app.engine.store().due_counts(asked.view, asked.store, &bounds).await?;
    let names = [Group::Overdue, Group::Hour, Group::Today, Group::Later, Group::Settled];
    Ok(names
        .into_iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|(group, count)| GroupCount { group, count: u32::try_from(count).unwrap_or(u32::MAX) })
        .collect())
}

fn row(
    item: &ConversationItem,
    around: &Surroundings,
    suspicious: &HashSet<domain::ConversationId>,
) -> ConversationRow {
    let conversation = &item.conversation;
    let (platform, store_name) =
        around.stores.get(&conversation.store).cloned().unwrap_or((Platform::Mail, String::new()));
    let last = conversation.last.as_ref();
    let title = if item.buyer_name.is_empty() { &conversation.title } else { &item.buyer_name };
    let read_silent = conversation.opened_at.filter(|_| conversation.owes);
    ConversationRow {
        id: conversation.id.to_string(),
        kind: kind_dto(conversation.kind),
        platform: platform_dto(platform),
        store_name,
        title: title.clone(),
        country: some(&item.buyer_country),
        order_no: some(&conversation.order_no),
        preview: last.map(|last| last.preview.clone()).unwrap_or_default(),
        preview_kind: match (last, item.last_kind) {
            (None, _) => "text",
            (Some(_), None) => "erased",
            (Some(_), Some(kind)) => kind.as_str(),
        }
        .to_owned(),
        preview_ours: last.is_some_and(|last| !last.author.is_incoming()),
        due: conversation.due.map(|due| DueDto {
            kind: due_kind(conversation.kind).to_owned(),
            at: instant(due),
            from: instant(last.map_or(due, |last| last.at)),
        }),
        group: group(conversation.due, around.now),
        owner_name: conversation.owner.and_then(|owner| around.names.get(&owner)).map(ToString::to_string),
        mine: conversation.owner == Some(around.me),
        unread: conversation.unread,
        read_silent_since: read_silent.map(instant),
        sensitive: conversation.sensitive.map(|sensitive| sensitive.as_str().to_owned()),
        outbox_trouble: around.trouble.contains(&conversation.id),
        suspicious: suspicious.contains(&conversation.id),
        last_at: instant(last.map_or(around.now, |last| last.at)),
    }
}

/// The clock that a list sorts by, as far as the row itself tells: the side column names every clock.
const fn due_kind(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Chat => "reply",
        ConversationKind::Mail => "system_mail",
        ConversationKind::Notice => "platform_due",
        ConversationKind::Case => "dispute",
    }
}

fn write_cursor(cursor: ListCursor) -> String {
    format!("{}.{}.{}", cursor.due_ms, cursor.recency, cursor.id)
}

fn read_cursor(text: &str) -> Result<ListCursor, UiError> {
    let mut parts = text.split('.').map(str::parse::<i64>);
    let mut next = || parts.next().ok_or_else(|| UiError::invalid("cursor"))?.map_err(UiError::from);
    Ok(ListCursor { due_ms: next()?, recency: next()?, id: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: &str) -> Timestamp {
        s.parse().unwrap()
    }

    #[test]
    fn groups_follow_the_clock_of_beijing() {
        let now = at("2026-11-22T10:00:00Z");
        let cases = [
            ("2026-11-22T10:00:00Z", Group::Overdue),
            ("2026-11-22T11:00:00Z", Group::Hour),
            ("2026-11-22T15:59:59Z", Group::Today),
            ("2026-11-22T16:00:00Z", Group::Later),
        ];
        for (due, expected) in cases {
            assert_eq!(group(Some(at(due)), now), expected, "{due}: midnight in Beijing is 16:00 UTC");
        }
        assert_eq!(group(None, now), Group::Settled, "nothing is owed");
    }

    #[test]
    fn a_cursor_survives_the_border() {
        let cursor = ListCursor { due_ms: i64::MAX, recency: -1_700_000_000_000, id: 42 };
        assert_eq!(
            read_cursor(&write_cursor(cursor)).unwrap(),
            cursor,
            "the next page begins where this one ended"
        );
        assert!(read_cursor("1.x.3").is_err(), "a cursor from elsewhere is refused, not guessed");
    }
}
