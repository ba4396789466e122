//! A message's content for the UI.

use super::some;
use crate::wire::BodyDto;
use domain::{Authenticity, Body, NoticeTopic};
use store::{MailRow, MessageRow, NoticeRow};

pub(crate) fn plain(body: &Body) -> BodyDto {
    match body.clone() {
        Body::Text { text } => BodyDto::Text { text },
        Body::Emoji { text } => BodyDto::Emoji { text },
        Body::Image { url, thumb } => BodyDto::Image { url, thumb },
        Body::Video { url, seconds, .. } => BodyDto::Video { url, seconds },
        Body::Sticker { id } => BodyDto::Sticker { id },
        Body::OrderCard { order_no } => BodyDto::OrderCard { order_no },
        Body::ItemCard { item_id, title } => BodyDto::ItemCard { item_id, title },
        Body::Note { text } => BodyDto::Note { text },
        Body::Read => BodyDto::Unsupported { kind: "read".into(), summary: String::new() },
        Body::Unsupported { kind, summary } => BodyDto::Unsupported { kind, summary },
        Body::Erased { .. } => BodyDto::Erased,
    }
}

pub(crate) fn mail(row: &MessageRow, mail: &MailRow) -> BodyDto {
    if let Body::Erased { .. } = row.body {
        return BodyDto::Erased;
    }
    let from = if mail.from_name.is_empty() {
        mail.from_address.clone()
    } else {
        format!("{} <{}>", mail.from_name, mail.from_address)
    };
    BodyDto::Mail {
        subject: row.title.clone(),
        from,
        text: row.body.words().to_owned(),
        html: mail.html.clone(),
        authenticity: authenticity(mail.authenticity).to_owned(),
        attachments: mail.attachments.iter().map(|a| (a.name.clone(), a.size.to_string())).collect(),
    }
}

pub(crate) fn notice(row: &MessageRow, notice: &NoticeRow) -> BodyDto {
    if let Body::Erased { .. } = row.body {
        return BodyDto::Erased;
    }
    BodyDto::Notice {
        title: row.title.clone(),
        text: row.body.words().to_owned(),
        url: notice.url.as_deref().and_then(some),
        topic: topic(notice.topic).to_owned(),
    }
}

const fn authenticity(authenticity: Authenticity) -> &'static str {
    match authenticity {
        Authenticity::Verified => "verified",
        Authenticity::Unverified => "unverified",
        Authenticity::Suspicious => "suspicious",
    }
}

const fn topic(topic: NoticeTopic) -> &'static str {
    match topic {
        NoticeTopic::Order => "order",
        NoticeTopic::Return => "return",
        NoticeTopic::Violation => "violation",
        NoticeTopic::Penalty => "penalty",
        NoticeTopic::Authorisation => "authorisation",
        NoticeTopic::Notice => "notice",
    }
}
