//! The details of orders by their numbers. One that cannot be read hides no other: it is asked for alone, and stays known
//! by its number with the cause. Of its answer only the shape is kept, whatever the store keeps of its orders.

use super::api::Api;
use super::body::order_no;
use super::contact;
use super::errors::Failure;
use super::json::{bytes, list, without_personal_data};
use super::orders::{PAGE, snapshot};
use super::wire::Answer;
use crate::{Batch, Quarantined, Received, shape};
use domain::{Flaw, IncomingEvent, Keep, OrderSnapshot, RawPayload};
use std::collections::{BTreeMap, BTreeSet};

const SOURCE: &str = "shopee.get_order_detail";
/// What is asked for besides the fields that always come. None of them is personal.
const FIELDS: &str = "item_list,total_amount,shipping_carrier,package_list,pay_time,buyer_user_id";
/// So many orders alone cannot be read, and none can: it is not the orders, and the others are not asked for one by one.
const ENOUGH: usize = 4;

/// The orders with these numbers, at most [`PAGE`] of them; those that `wanted` says yes to go into the batch, with what
/// is to be kept of their recipients.
pub(super) async fn details(
    api: &Api,
    numbers: &[String],
    keep: Keep,
    batch: &mut Batch,
    mut wanted: impl FnMut(&OrderSnapshot) -> bool,
) -> Result<(), Failure> {
    let mut asking = vec![numbers.iter().take(PAGE).cloned().collect::<Vec<_>>()];
    let mut found = Found { batch, wanted: &mut wanted, keep, read: 0, broken: 0, doubtful: BTreeMap::new() };
    while let Some(mut some) = asking.pop() {
        match ask(api, &some, keep).await {
            Ok(answer) => asking.extend(found.take(&some, &answer).into_iter().map(|number| vec![number])),
            Err(Failure::Garbage { bytes, flaw }) => {
                let hopeless = found.broken >= ENOUGH && found.read == 0;
                if some.len() == 1 || hopeless {
                    for number in &some {
                        found.unreadable(shape::of_bytes(Some(number), &bytes), flaw.clone());
                    }
                } else {
                    let second = some.split_off(some.len() / 2);
                    asking.extend([second, some]);
                }
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

async fn ask(api: &Api, numbers: &[String], keep: Keep) -> Result<Answer, Failure> {
    let fields = if keep.any() { format!("{FIELDS},{}", contact::FIELD) } else { FIELDS.to_owned() };
    let params = [("order_sn_list", numbers.join(",")), ("response_optional_fields", fields)];
    api.get("/api/v2/order/get_order_detail", &params).await
}

/// What the answers brought.
struct Found<'a, W> {
    batch: &'a mut Batch,
    wanted: &'a mut W,
    keep: Keep,
    /// Orders that could be read.
    read: usize,
    /// Orders that could not.
    broken: usize,
    /// What was wrong with an order among others, until it was asked for alone.
    doubtful: BTreeMap<String, (Vec<u8>, Flaw)>,
}

impl<W: FnMut(&OrderSnapshot) -> bool> Found<'_, W> {
    /// Takes in what can be read, and tells which numbers are to be asked for alone.
    fn take(&mut self, asked: &[String], answer: &Answer) -> BTreeSet<String> {
        let mut missing: BTreeSet<String> = asked.iter().cloned().collect();
        let (mut again, mut nameless) = (BTreeSet::new(), None);
        for order in list(&answer.response()["order_list"]) {
            let number = order_no(order);
            if let Some(number) = &number {
                missing.remove(number);
            }
            let mut kept = order.clone();
            without_personal_data(&mut kept);
            let flaw = match snapshot(&kept) {
                Ok(snapshot) => {
                    self.read += 1;
                    self.batch.answers.read();
                    if (self.wanted)(&snapshot) {
                        let raw = RawPayload { source: SOURCE, bytes: bytes(&kept) };
                        self.batch.contacts.extend(contact::read(order, &snapshot, self.keep));
                        self.batch
                            .received
                            .push(Received { raw, events: vec![IncomingEvent::Order(snapshot)] });
                    }
                    continue;
                }
                Err(flaw) => flaw,
            };
            match (number, asked) {
                (_, [alone]) => {
                    missing.clear();
                    self.unreadable(shape::of(Some(alone), order), flaw);
                }
                (Some(number), _) => {
                    again.insert(number);
                }
                (None, _) => nameless = Some((order, flaw)),
            }
        }
        match (asked, nameless) {
            // It said nothing of an order that was not readable among others.
            ([alone], _) if missing.contains(alone) => {
                if let Some((shape, flaw)) = self.doubtful.remove(alone) {
                    self.unreadable(shape, flaw);
                }
            }
            (_, Some((order, flaw))) if missing.is_empty() => self.unreadable(shape::of(None, order), flaw),
            // It is one of those that are missing.
            (_, Some((order, flaw))) => {
                for number in missing {
                    self.doubtful.insert(number.clone(), (shape::of(Some(&number), order), flaw.clone()));
                    again.insert(number);
                }
            }
            (_, None) => {}
        }
        again
    }

    fn unreadable(&mut self, bytes: Vec<u8>, flaw: Flaw) {
        self.broken += 1;
        self.batch.quarantined.push(Quarantined::new(RawPayload { source: SOURCE, bytes }, flaw));
    }
}
