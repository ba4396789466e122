//! Aim: the owner hears a week ahead that a store's authorisation ends, once a day, also across a restart.

use crate::common::{House, until};
use channels::{Batch, Connector};
use domain::{from_ms, to_ms};
use engine::{Event, Notice};
use std::sync::Arc;
use std::time::Duration;

const DAY_S: i64 = 86_400;

/// The days left that were told of now.
async fn told(house: &House) -> Vec<i64> {
    let notices = house.engine.tick().await.unwrap();
    let days = |notice: &Notice| {
        if let Notice::AuthorisationEnds { store, days, .. } = notice {
            assert_eq!(*store, house.shop, "it says of which store");
            return Some(*days);
        }
        None
    };
    notices.iter().filter_map(days).collect()
}

#[tokio::test]
async fn an_authorisation_that_ends_is_told_once_a_day_for_a_week_also_across_a_restart() {
    let house = House::solo().await;
    let ends = from_ms(to_ms(house.engine.now()) + (9 * DAY_S + 3_600) * 1000);
    let mut events = house.engine.bus().subscribe();
    let platform = house.platform();
    platform.queue(Ok(Batch { authorised_until: Some(ends), ..Batch::default() }));
    let connector: Arc<dyn Connector> = platform;
    house.engine.attach(house.shop, connector, Duration::from_secs(60)).await;
    until(&mut events, |event| matches!(event, Event::Rail).then_some(())).await;
    assert!(told(&house).await.is_empty(), "more than a week is left");
    house.clock.advance(3 * DAY_S);
    assert_eq!(told(&house).await, vec![6], "within the week");
    assert!(told(&house).await.is_empty(), "once a day");
    house.clock.advance(DAY_S);
    assert_eq!(told(&house).await, vec![5], "and the next day again");
    let house = house.reopened().await;
    assert!(told(&house).await.is_empty(), "a restart is no reason to say it twice");
}
