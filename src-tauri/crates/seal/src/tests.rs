use super::*;
use std::collections::HashSet;

const HERE: Place<'static> = Place { store: StoreId(1), order_no: "O1", field: PersonalField::Phone };

fn key() -> Key {
    Key::read(&Key::fresh().unwrap()).unwrap()
}

fn value() -> Secret {
    Secret::new("+86 138 1234 5678 北京")
}

#[test]
fn what_is_sealed_comes_back_and_says_nothing() {
    let key = key();
    let sealed = key.seal(HERE, &value()).unwrap();
    assert_eq!(key.open(HERE, &sealed), Ok(value()), "the same words");
    let plain = value();
    let part = |bytes: &[u8]| sealed.windows(bytes.len()).any(|window| window == bytes);
    assert!(!part(b"138") && !part(&plain.expose().as_bytes()[..4]), "none of it can be read");
}

#[test]
fn it_opens_in_its_own_place_only() {
    let key = key();
    let sealed = key.seal(HERE, &value()).unwrap();
    let places = [
        Place { store: StoreId(2), ..HERE },
        Place { order_no: "O2", ..HERE },
        Place { order_no: "", ..HERE },
        Place { field: PersonalField::Address, ..HERE },
    ];
    for place in places {
        assert_eq!(key.open(place, &sealed), Err(SealError::Closed), "moved to {place:?}");
    }
}

#[test]
fn another_key_and_changed_bytes_open_nothing() {
    let (key, other) = (key(), key());
    let sealed = key.seal(HERE, &value()).unwrap();
    assert_eq!(other.open(HERE, &sealed), Err(SealError::Closed), "another key");
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert_eq!(key.open(HERE, &changed), Err(SealError::Closed), "byte {at} was changed");
        assert_eq!(key.open(HERE, &sealed[..at]), Err(SealError::Closed), "cut off at {at}");
    }
}

#[test]
fn no_nonce_and_no_key_comes_twice() {
    let key = key();
    let sealed: HashSet<Vec<u8>> = (0..1_000).map(|_| key.seal(HERE, &value()).unwrap()).collect();
    assert_eq!(sealed.len(), 1_000, "the same value is never sealed into the same bytes");
    let keys: HashSet<String> = (0..100).map(|_| Key::fresh().unwrap().expose().to_owned()).collect();
    assert_eq!(keys.len(), 100, "each key is its own");
}

#[test]
fn what_is_no_key_is_said_to_be_none() {
    for kept in ["", "hunter2", "AAAA", "not base64 at all!"] {
        assert_eq!(Key::read(&Secret::new(kept)).err(), Some(SealError::NotAKey), "{kept:?}");
    }
    assert_eq!(format!("{:?}", key()), "Key(…)", "a key does not end up in a log line");
}
