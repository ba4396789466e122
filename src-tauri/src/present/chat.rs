//! One conversation: its head, side column and timeline.

use super::list::{kind_dto, platform_dto};
use super::privacy::personal;
use super::reason::{assignments, deadline_dto};
use super::rules::{Called, fired, offer};
use super::{body, instant, offered};
use crate::app::App;
use crate::wire::{
    BuyerCard, ClimbDto, ConversationDto, DeviceDto, MessageDto, OrderCard, OrderLineDto, OutboxDto,
    OutboxState, SendGate, TimelineItem, TimelinePage, UiError,
};
use domain::{
    AccountId, AccountName, Author, Body, BodyKind, BuyerId, ConversationId, ConversationKind,
    ConversationState, Device, MessageId, OrderSnapshot, Place, Timestamp, Turn, from_ms, to_ms,
};
use engine::MaskedField;
use std::collections::HashMap;
use store::{ClimbRow, ConversationRow, DeadlineRow, MessageRow, OutboxRow};

/// Settled clocks shown below the running ones.
const SETTLED: usize = 3;

/// Head and side column.
pub(crate) async fn conversation(app: &App, id: ConversationId) -> Result<ConversationDto, UiError> {
    let store = app.engine.store();
    let item = store.conversation(id).await?;
    let row = &item.conversation;
    let shop = store.store(row.store).await?;
    let names = app.names().await?;
    let gate = app.engine.send_gate(&item).await?;
    let deadlines = deadlines(store.deadlines_of(id).await?);
    let draft = store.draft(id, None).await?.map(|draft| draft.text).unwrap_or_default();
    let buyer = match row.buyer {
        Some(buyer) => Some(buyer_card(app, buyer, id, &names).await?),
        None => None,
    };
    Ok(ConversationDto {
        id: id.to_string(),
        kind: kind_dto(row.kind),
        platform: platform_dto(shop.store.platform),
        store_id: row.store.to_string(),
        store_name: shop.store.name,
        title: if item.buyer_name.is_empty() { row.title.clone() } else { item.buyer_name.clone() },
        done: row.state == ConversationState::Done,
        sensitive: row.sensitive.map(|sensitive| sensitive.as_str().to_owned()),
        owner_id: row.owner.map(|owner| owner.to_string()),
        owner_name: row.owner.and_then(|owner| names.get(&owner)).map(ToString::to_string),
        deadlines: deadlines.iter().map(deadline_dto).collect::<Result<_, _>>()?,
        orders: orders(app, row).await?,
        buyer,
        send: match gate {
            None => SendGate { open: true, code: None, detail: None },
            Some((code, detail)) => {
                SendGate { open: false, code: Some(code.to_owned()), detail: super::some(&detail) }
            }
        },
        pictures: offered::pictures(app, &item).await?,
        items: offered::items(app, &item).await?,
        cards: offered::cards(app, &item).await?,
        multi_device_sync: shop.multi_device_sync,
        draft,
        offers: store.offers_of(id).await?.into_iter().map(offer).collect(),
    })
}

/// Running clocks, the earliest first; then the newest settled ones.
fn deadlines(rows: Vec<DeadlineRow>) -> Vec<DeadlineRow> {
    let (mut open, mut settled): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.status == store::DeadlineStatus::Open);
    open.sort_by_key(|row| row.due);
    settled.retain(|row| row.status == store::DeadlineStatus::Met);
    settled.sort_by_key(|row| std::cmp::Reverse(row.closed_at));
    settled.truncate(SETTLED);
    open.extend(settled);
    open
}

async fn buyer_card(
    app: &App,
    buyer: BuyerId,
    here: ConversationId,
    names: &HashMap<AccountId, AccountName>,
) -> Result<BuyerCard, UiError> {
    let summary = app.engine.store().buyer_summary(buyer).await?;
    let row = &summary.facts.buyer;
    let words = last_words(app, here).await?;
    Ok(BuyerCard {
        id: buyer.to_string(),
        name: row.name.clone(),
        country: super::some(&row.country),
        language: rules::language::guess(&words).map(str::to_owned),
        orders: u32::try_from(summary.orders.len()).unwrap_or(u32::MAX),
        conversations: summary.conversations,
        last_agent: summary
            .facts
            .recent
            .and_then(|(account, _)| names.get(&account))
            .map(ToString::to_string),
        last_agent_at: summary.facts.recent.map(|(_, at)| instant(at)),
        tags: row.tags.clone(),
        private: row.private_customer,
    })
}

async fn last_words(app: &App, id: ConversationId) -> Result<String, UiError> {
    let page = app.engine.store().messages(id, None, 20).await?;
    let words: Vec<&str> =
        page.iter().filter(|row| row.author == Author::Buyer).map(|row| row.body.words()).collect();
    Ok(words.join(" "))
}

async fn orders(app: &App, row: &ConversationRow) -> Result<Vec<OrderCard>, UiError> {
    let store = app.engine.store();
    let mut orders: Vec<OrderSnapshot> = Vec::new();
    if !row.order_no.is_empty() {
        orders.extend(store.order(row.store, &row.order_no).await?.map(|found| found.order));
    }
    if let Some(buyer) = row.buyer {
        let known = store.buyer_summary(buyer).await?.orders;
        for order in known.into_iter().map(|found| found.order) {
            if !orders.iter().any(|known| known.order_no == order.order_no) {
                orders.push(order);
            }
        }
    }
    let numbers: Vec<String> = orders.iter().map(|order| order.order_no.clone()).collect();
    let mut fields = app.engine.masked(row.store, &numbers).await?;
    let card = |order: OrderSnapshot| {
        let (own, others) =
            std::mem::take(&mut fields).into_iter().partition(|f| f.order_no == order.order_no);
        fields = others;
        order_card(order, own)
    };
    Ok(orders.into_iter().map(card).collect())
}

fn order_card(order: OrderSnapshot, fields: Vec<MaskedField>) -> OrderCard {
    let line =
        |line: domain::OrderLine| OrderLineDto { title: line.title, sku: line.sku, quantity: line.quantity };
    OrderCard {
        order_no: order.order_no,
        status: order.status,
        amount: order.amount,
        currency: order.currency,
        lines: order.lines.into_iter().map(line).collect(),
        paid_at: order.paid_at.map(instant),
        logistics: order.logistics,
        personal: fields.into_iter().map(personal).collect(),
    }
}

/// A page of the timeline, oldest first; the newest page without `before`.
pub(crate) async fn timeline(
    app: &App,
    id: ConversationId,
    before: Option<&str>,
    limit: u32,
) -> Result<TimelinePage, UiError> {
    let store = app.engine.store();
    let names = app.names().await?;
    let edge = before.map(read_edge).transpose()?;
    let limit = limit.clamp(1, 200);
    let mut rows = store.messages(id, edge, limit).await?;
    rows.sort_by_key(MessageRow::place);
    let full = rows.len() >= limit as usize;
    let oldest = rows.first().map(MessageRow::place).filter(|_| full);
    let seen = rows.iter().map(|row| row.id).max().map_or_else(String::new, |id| id.to_string());
    let kind = store.conversation(id).await?.conversation.kind;
    let asked = asked_before(&rows);
    let mut items: Vec<(Timestamp, TimelineItem)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let message = message_dto(app, row, kind, &names, asked.get(&row.id).copied()).await?;
        items.push((row.sent_at, TimelineItem::Message { message }));
    }
    let (from, to) = (oldest.map(|place| place.0), edge.map(|place| place.0));
    for assignment in assignments(app, id).await? {
        let Ok(at) = assignment.at.parse::<Timestamp>() else { continue };
        // "Kept" says that nothing changed; the record has it, the timeline need not.
        let news =
            assignment.reason != "kept" && assignment.from_name.as_deref() != Some(&assignment.to_name);
        if news && from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to) {
            items.push((at, TimelineItem::Assignment { assignment }));
        }
    }
    for climb in store.climbs_of(id).await? {
        if from.is_none_or(|from| climb.at >= from) && to.is_none_or(|to| climb.at < to) {
            items.push((climb.at, TimelineItem::Climb { climb: climb_dto(&climb, &names) }));
        }
    }
    let firings = store.firings_of(id, from).await?;
    if !firings.is_empty() {
        let called = Called::look(app).await?;
        for row in firings.iter().filter(|row| to.is_none_or(|to| row.at < to)) {
            let shown = fired(row, &called)?;
            items.extend(shown.map(|fired| (row.at, TimelineItem::Fired { fired })));
        }
    }
    items.sort_by_key(|(at, _)| *at);
    let outbox = match edge {
        None => {
            let asks = app.engine.can_ask(store.conversation(id).await?.conversation.store).await;
            let rows = store.outbox_of(id).await?;
            let shown = rows.iter().filter_map(|row| {
                let uploaded = app.engine.uploaded_percent(row.id);
                outbox_dto(row, &names, asks).map(|dto| OutboxDto { uploaded, ..dto })
            });
            shown.collect()
        }
        Some(_) => Vec::new(),
    };
    Ok(TimelinePage {
        items: items.into_iter().map(|(_, item)| item).collect(),
        outbox,
        before: oldest.map(write_edge),
        seen,
    })
}

fn climb_dto(row: &ClimbRow, names: &HashMap<AccountId, AccountName>) -> ClimbDto {
    let name = |account: Option<AccountId>| account.and_then(|id| names.get(&id)).map(ToString::to_string);
    ClimbDto {
        // Apart from messages and assignments, whose ids are numbers too.
        id: format!("climb-{}", row.id),
        at: instant(row.at),
        kind: row.kind.as_str().to_owned(),
        from_name: name(row.from),
        to_name: name(row.to),
    }
}

fn write_edge((at, turn, id): Place) -> String {
    format!("{}.{}.{id}", to_ms(at), turn.to_signed())
}

fn read_edge(text: &str) -> Result<Place, UiError> {
    let mut parts = text.splitn(3, '.');
    let mut part = || parts.next().ok_or_else(|| UiError::invalid("before"));
    Ok((from_ms(part()?.parse()?), Turn::from_signed(part()?.parse()?), part()?.parse()?))
}

/// For each counting reply: when the first buyer message it answers was sent.
fn asked_before(rows: &[MessageRow]) -> HashMap<MessageId, Timestamp> {
    let mut asked = None;
    let mut answers = HashMap::new();
    for row in rows {
        if row.author == Author::Buyer {
            asked.get_or_insert(row.sent_at);
        } else if row.counting == "counts"
            && let Some(at) = asked.take()
        {
            answers.insert(row.id, at);
        }
    }
    answers
}

async fn message_dto(
    app: &App,
    row: &MessageRow,
    kind: ConversationKind,
    names: &HashMap<AccountId, AccountName>,
    asked: Option<Timestamp>,
) -> Result<MessageDto, UiError> {
    let store = app.engine.store();
    let body = match kind {
        ConversationKind::Mail => store.mail(row.id).await?.map(|mail| body::mail(row, &mail)),
        ConversationKind::Notice => store.notice(row.id).await?.map(|notice| body::notice(row, &notice)),
        ConversationKind::Chat | ConversationKind::Case => None,
    };
    let response = asked.map(|asked| (row.sent_at.as_second() - asked.as_second()).max(0));
    Ok(MessageDto {
        id: row.id.to_string(),
        author: row.author.as_str().to_owned(),
        account_name: row.account.and_then(|account| names.get(&account)).map(ToString::to_string),
        device: match row.device {
            Device::Pc => DeviceDto::Pc,
            Device::Mobile => DeviceDto::Mobile,
        },
        body: body.unwrap_or_else(|| body::plain(&row.body)),
        at: instant(row.sent_at),
        counting: super::some(&row.counting),
        response_s: response.and_then(|seconds| u32::try_from(seconds).ok()),
        degraded: row.body.kind() == BodyKind::Unsupported,
    })
}

/// `asks`: the platform can be asked what became of a reply.
fn outbox_dto(row: &OutboxRow, names: &HashMap<AccountId, AccountName>, asks: bool) -> Option<OutboxDto> {
    let answered = [engine::NOT_ARRIVED, engine::UNCLEAR, engine::NO_ANSWER].contains(&row.detail.as_str());
    let state = match row.state {
        store::OutboxState::Waiting => OutboxState::Waiting,
        store::OutboxState::Sending => OutboxState::Sending,
        store::OutboxState::Refused => OutboxState::Refused,
        store::OutboxState::Unknown if row.detail == engine::NOT_ARRIVED => OutboxState::NotArrived,
        store::OutboxState::Unknown => OutboxState::Unknown,
        store::OutboxState::Sent | store::OutboxState::Cancelled => return None,
    };
    let waiting = state == OutboxState::Waiting;
    Some(OutboxDto {
        client_id: row.reply.client_id.clone(),
        kind: match row.reply.body.kind() {
            BodyKind::Emoji => BodyKind::Text,
            kind => kind,
        }
        .as_str()
        .to_owned(),
        text: row.reply.body.words().to_owned(),
        item_id: match &row.reply.body {
            Body::ItemCard { item_id, .. } => Some(item_id.clone()),
            _ => None,
        },
        state,
        uploaded: None,
        asking: asks && state == OutboxState::Unknown && !answered,
        undo_until: waiting.then(|| instant(row.reply.send_after)),
        detail: super::some(&row.detail),
        at: instant(row.reply.created_at),
        account_name: row
            .reply
            .account
            .and_then(|account| names.get(&account))
            .map(ToString::to_string)
            .unwrap_or_default(),
    })
}

/// A queued reply, as [`timeline`] shows it.
pub(crate) async fn outbox(app: &App, row: &OutboxRow) -> Result<OutboxDto, UiError> {
    let names = app.names().await?;
    // One that was just queued is not asked about.
    outbox_dto(row, &names, false).ok_or_else(|| UiError::internal("the reply is settled"))
}
