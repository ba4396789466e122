//! The same with the key store of the operating system.

use super::{ALL, PHONE, STREET, drop_it, found, keep, mask, masks, show, told};
use crate::common::{Bell, House, ManualClock, MemoryVault, add_shop, at, batch, buyer, open_with};
use domain::PersonalField;
use engine::{EngineError, KeyringVault, Masked, SecretVault as _};
use std::sync::Arc;
use tempfile::TempDir;

/// Secrets of this run of this test alone.
fn vault(dir: &TempDir) -> KeyringVault {
    KeyringVault::new(format!("tidebell-test {} {}", std::process::id(), dir.path().display()))
}

/// A shop whose buyer of the order writes.
async fn shop() -> House {
    let dir = tempfile::tempdir().unwrap();
    let (clock, bell) = (Arc::new(ManualClock::new(at(0))), Arc::new(Bell::default()));
    let engine = open_with(dir.path(), &clock, &bell, Arc::new(vault(&dir))).await;
    let shop = add_shop(&engine).await;
    let house = House { engine, clock, bell, vault: Arc::new(MemoryVault::default()), shop, dir };
    let mut say = buyer("c1", "m1", 1, "where is my order?");
    say.buyer.key = super::KEY.to_owned();
    house.takes(&batch([say])).await.unwrap();
    house
}

async fn restarted(house: House) -> House {
    let House { engine, clock, bell, vault: memory, shop, dir } = house;
    engine.stop().await.unwrap();
    drop(engine);
    let engine = open_with(dir.path(), &clock, &bell, Arc::new(vault(&dir))).await;
    House { engine, clock, bell, vault: memory, shop, dir }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a key store: cargo xtask window-env"]
async fn the_systems_key_store_keeps_the_key_over_a_restart_and_a_key_that_is_gone_is_said() {
    let house = shop().await;
    let (safe, handle) = (vault(&house.dir), format!("personal/{}", house.shop));
    assert_eq!(safe.get(&handle).unwrap(), None, "no key before anybody wants one");
    keep(&house, PersonalField::Phone).await;
    assert!(safe.get(&handle).unwrap().is_some(), "it is there before anything is sealed with it");
    house.takes(&told("O1", STREET, 10)).await.unwrap();
    let house = restarted(house).await;
    assert_eq!(masks(&house, "O1").await, [mask("861****5678")], "masked");
    assert_eq!(show(&house, "O1", PersonalField::Phone).await.unwrap(), PHONE, "and in full for who asks");

    safe.delete(&handle).unwrap();
    assert_eq!(show(&house, "O1", PersonalField::Phone).await.unwrap(), PHONE, "as long as it is remembered");
    let house = restarted(house).await;
    assert_eq!(masks(&house, "O1").await, [Masked::Lost], "nobody can open it any more, and that is said");
    let lost = show(&house, "O1", PersonalField::Phone).await;
    assert!(matches!(&lost, Err(EngineError::Invalid { what }) if what == "personal_lost"), "{lost:?}");
    house.takes(&told("O2", STREET, 20)).await.unwrap();
    assert!(
        house.engine.store().order(house.shop, "O2").await.unwrap().is_some(),
        "orders come all the same"
    );
    assert_eq!(masks(&house, "O2").await, [Masked::Missed], "and say what they lack");
    assert_eq!(found(&house, &ALL).await, [""; 0], "nothing is kept in the open instead");

    drop_it(&house, PersonalField::Phone).await;
    keep(&house, PersonalField::Phone).await;
    house.takes(&told("O3", STREET, 30)).await.unwrap();
    let house = restarted(house).await;
    assert_eq!(masks(&house, "O3").await, [mask("861****5678")], "switched off and on, it works again");
    house.engine.remove_store(house.shop).await.unwrap();
    assert_eq!(safe.get(&handle).unwrap(), None, "and the key goes with the store");
    house.engine.stop().await.unwrap();
}
