//! A mailbox with years of platform mails, from a real server into the inbox, while buyers write in another store.

use crate::corpus::Dice;
use crate::dovecot::{self, Dovecot, PASSWORD, USER};
use crate::house;
use crate::measure::{Ask, Report, ms, percentile, rate, timed};
use channels::mail::{MailConfig, MailConnector, Tls};
use channels::{Batch, Received};
use domain::{
    Author, Body, BuyerRef, Device, IncomingEvent, IncomingMessage, Platform, RawPayload, Secret, StoreId,
    from_ms, to_ms,
};
use engine::{Clock as _, Engine, Mode, SystemClock};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::NewStore;

/// Mails in the mailbox.
const MAILS: u64 = 10_000;
/// Between two messages of buyers.
const PAUSE: Duration = Duration::from_millis(20);
const NAME: &str = "a mailbox of 10000 mails from the server into the inbox";

/// Measures.
pub(crate) async fn run(folder: &Path, report: &mut Report) -> Result<(), String> {
    if let Some(why) = dovecot::missing() {
        report.skip(NAME, &why);
        return Ok(());
    }
    let (server_folder, data) = (folder.join("dovecot"), folder.join("mailbox"));
    let mut bytes = 0;
    let server = Dovecot::start(&server_folder, |inbox| {
        let mut dice = Dice::new(19);
        for number in 0..MAILS {
            let mail = letter(number, &mut dice);
            bytes += mail.len() as u64;
            fs::write(inbox.join("new").join(format!("{}.M{number}P1.bench", 1_700_000_000 + number)), mail)?;
        }
        Ok(())
    })?;
    let engine = house::open(&data).await?;
    let (mailbox, shop) = (add(&engine, Platform::Mail).await?, add(&engine, Platform::AliExpress).await?);
    let mut config = MailConfig::new("127.0.0.1", USER, Arc::new(|| Ok(Secret::new(PASSWORD))));
    (config.port, config.tls) = (server.port, Tls::NoneOnLoopback);
    let connector = MailConnector::new(config, Arc::new(|| SystemClock.now()));
    let (started, mut live) = (Instant::now(), Vec::new());
    engine.attach(mailbox, Arc::new(connector), Duration::from_secs(600)).await;
    while engine.store().count_ids(mailbox, "INBOX:").await.map_err(|error| error.to_string())? < MAILS {
        if started.elapsed() > Duration::from_secs(300) {
            return Err("five minutes, and not all mails are in".into());
        }
        let batch = message(live.len(), to_ms(engine.now()));
        let (done, time) = timed(engine.accept(shop, Platform::AliExpress, &batch, Mode::Live)).await;
        done.map_err(|error| error.to_string())?;
        live.push(ms(time));
        tokio::time::sleep(PAUSE).await;
    }
    let spent = started.elapsed();
    engine.stop().await.map_err(|error| error.to_string())?;
    report.line(NAME, "mails/s", rate(MAILS, spent), None, &[Ask::AtLeast(500.0)]);
    report.note("one of these mails, on average", "KiB", kib(bytes / MAILS), None);
    for percent in [50, 99] {
        let name = format!("one live message of another store meanwhile p{percent}");
        report.note(&name, "ms", percentile(&live, percent), None);
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a size for people; mails are far below 2^52 bytes")]
fn kib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

async fn add(engine: &Engine, platform: Platform) -> Result<StoreId, String> {
    let new = NewStore {
        platform,
        name: platform.as_str().into(),
        external_id: "bench:mail".into(),
        settings: "{}".into(),
        secret_handle: String::new(),
    };
    let added = async {
        let mut tx = engine.store().begin().await?;
        let store = tx.add_store(&new, engine.now()).await?;
        tx.commit().await?;
        Ok(store)
    };
    added.await.map_err(|error: store::StoreError| error.to_string())
}

/// A mail as platforms send them: a dozen fields with signatures, words, and a page that says the same in tables.
fn letter(number: u64, dice: &mut Dice) -> Vec<u8> {
    let order = 8_190_000_000_000_000 + dice.below(9_999_999_999);
    let (day, hour, minute) = (1 + number % 28, number % 24, dice.below(60));
    let date = format!("{day:02} Jun 2026 {hour:02}:{minute:02}:00 +0800");
    let mut noise = String::new();
    for _ in 0..6 {
        let _ = writeln!(
            noise,
            "\t{:016x}{:016x}{:016x}{:016x}\r",
            dice.below(u64::MAX),
            dice.below(u64::MAX),
            dice.below(u64::MAX),
            dice.below(u64::MAX)
        );
    }
    let mut rows = String::new();
    for item in 0..8 + dice.below(40) {
        let _ = write!(
            rows,
            "<tr><td style=3D\"padding:8px;border-bottom:1px solid #eee;font-family:Arial\">Item {item} of =\r\n\
             order {order}</td><td align=3D\"right\" style=3D\"padding:8px\"><a href=3D\"https://www.aliexpr=\r\n\
             ess.com/item/{}.html\" style=3D\"color:#ff4747\">see item</a></td><td>=E2=82=AC {}.90</td></tr>\r\n",
            dice.below(99_999_999),
            1 + dice.below(90)
        );
    }
    format!(
        "Return-Path: <bounce-{number}@notice.aliexpress.com>\r\n\
         Received: from out-{number}.mail.aliexpress.com (out.mail.aliexpress.com [192.0.2.7]) by mx.example;\r\n\t{date}\r\n\
         Authentication-Results: mx.example; dkim=pass header.d=notice.aliexpress.com; spf=pass smtp.mailfrom=notice.aliexpress.com\r\n\
         DKIM-Signature: v=1; a=rsa-sha256; d=notice.aliexpress.com; s=s1024; bh=\r\n{noise}\
         From: AliExpress <transaction@notice.aliexpress.com>\r\nTo: <service@rainbow.example>\r\n\
         Subject: =?UTF-8?B?6K6i5Y2V?= {order}: order shipped\r\nMessage-ID: <{number}.{order}@notice.aliexpress.com>\r\n\
         Date: {date}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"=_{number}\"\r\n\r\n\
         --=_{number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYour order {order} was shipped. 您的订单已发货，请留意物流。\r\n\
         --=_{number}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         <html><body><img src=3D\"https://ae01.alicdn.com/logo.png\"><h1>Order {order}</h1><table>{rows}</table></body></html>\r\n\
         --=_{number}--\r\n"
    )
    .into_bytes()
}

fn message(number: usize, now_ms: i64) -> Batch {
    let event = IncomingMessage {
        provider_id: format!("live:{number}"),
        conversation_key: format!("live-{}", number % 40),
        buyer: BuyerRef { key: format!("live-{}", number % 40), name: "María G.".into(), country: None },
        author: Author::Buyer,
        device: Device::Pc,
        body: Body::from_text("¿Cuándo llega mi pedido 8192003312764471? 退款"),
        sent_at: from_ms(now_ms),
        direct_to: None,
        order_no: None,
        item_id: None,
    };
    let raw = RawPayload { source: "bench", bytes: format!("live {number}").into_bytes() };
    Batch {
        received: vec![Received { raw, events: vec![IncomingEvent::Message(event)] }],
        ..Batch::default()
    }
}
