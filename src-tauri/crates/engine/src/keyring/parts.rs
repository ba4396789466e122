//! A secret that is longer than an entry of the key store, in several of them.
//!
//! The entry under the secret's own name then says in which others its parts are. The parts of a new secret are written
//! beside those of the one before, and come into force with that one entry: whatever interrupts it, the old secret is there
//! whole or the new one is.

use crate::ports::VaultError;
use domain::Secret;

/// What the entry of a secret in parts begins with; behind it the generation and the number of parts.
const HEAD: &str = "tidebell-parts:";

/// Entries of the key store, each by its name.
pub(super) trait Entries {
    fn read(&self, name: &str) -> Result<Option<Secret>, VaultError>;
    fn write(&self, name: &str, secret: &Secret) -> Result<(), VaultError>;
    /// One that is not there is gone already.
    fn remove(&self, name: &str) -> Result<(), VaultError>;
}

/// Where the parts are: two sets of names take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    generation: u8,
    count: usize,
}

impl Head {
    fn parse(entry: &Secret) -> Option<Self> {
        let (generation, count) = entry.expose().strip_prefix(HEAD)?.split_once(':')?;
        Some(Self { generation: generation.parse().ok()?, count: count.parse().ok()? })
    }

    fn write(self) -> Secret {
        Secret::new(format!("{HEAD}{}:{}", self.generation, self.count))
    }
}

fn part(handle: &str, generation: u8, at: usize) -> String {
    format!("{handle}/part-{generation}-{at}")
}

/// The secret of this name; none if there is none, or a part of it is missing.
pub(super) fn get(entries: &impl Entries, handle: &str) -> Result<Option<Secret>, VaultError> {
    let Some(entry) = entries.read(handle)? else { return Ok(None) };
    let Some(head) = Head::parse(&entry) else { return Ok(Some(entry)) };
    let mut whole = String::new();
    for at in 0..head.count {
        let Some(part) = entries.read(&part(handle, head.generation, at))? else { return Ok(None) };
        whole.push_str(part.expose());
    }
    Ok(Some(Secret::new(whole)))
}

/// Keeps a secret under this name, in entries of at most `room` UTF-16 units.
pub(super) fn set(
    entries: &impl Entries,
    room: usize,
    handle: &str,
    secret: &Secret,
) -> Result<(), VaultError> {
    let before = if room == usize::MAX { None } else { entries.read(handle)?.as_ref().and_then(Head::parse) };
    let parts = split(secret, room);
    if let [_] = parts.as_slice() {
        entries.write(handle, secret)?;
        return sweep(entries, room, handle, None);
    }
    let generation = before.map_or(0, |before| 1 - before.generation.min(1));
    for (at, text) in parts.iter().enumerate() {
        entries.write(&part(handle, generation, at), text)?;
    }
    let head = Head { generation, count: parts.len() };
    entries.write(handle, &head.write())?;
    sweep(entries, room, handle, Some(head))
}

/// Removes the secret of this name.
pub(super) fn delete(entries: &impl Entries, room: usize, handle: &str) -> Result<(), VaultError> {
    entries.remove(handle)?;
    sweep(entries, room, handle, None)
}

/// Removes parts that no entry names: of the secret before, and what an interruption left.
fn sweep(
    entries: &impl Entries,
    room: usize,
    handle: &str,
    in_force: Option<Head>,
) -> Result<(), VaultError> {
    if room == usize::MAX {
        return Ok(());
    }
    for generation in 0..=1 {
        let kept = in_force.filter(|head| head.generation == generation).map_or(0, |head| head.count);
        let mut end = kept;
        while entries.read(&part(handle, generation, end))?.is_some() {
            end += 1;
        }
        // From the end: an interruption must leave no hole before which the next look would stop.
        for at in (kept..end).rev() {
            entries.remove(&part(handle, generation, at))?;
        }
    }
    Ok(())
}

/// At least one part; each as long as `room` allows.
fn split(secret: &Secret, room: usize) -> Vec<Secret> {
    let (mut parts, mut part, mut used) = (Vec::new(), String::new(), 0);
    for letter in secret.expose().chars() {
        if used + letter.len_utf16() > room {
            parts.push(Secret::new(std::mem::take(&mut part)));
            used = 0;
        }
        used += letter.len_utf16();
        part.push(letter);
    }
    parts.push(Secret::new(part));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;

    const ROOM: usize = 40;
    const NAME: &str = "store/1";

    /// A key store like Windows', which refuses what is too long, and may be gone after some writes.
    #[derive(Default)]
    struct Small {
        kept: RefCell<BTreeMap<String, String>>,
        writes_left: Cell<Option<u32>>,
    }

    impl Small {
        fn change(&self, change: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<(), VaultError> {
            match self.writes_left.get() {
                Some(0) => return Err(VaultError("gone".into())),
                Some(left) => self.writes_left.set(Some(left - 1)),
                None => {}
            }
            change(&mut self.kept.borrow_mut());
            Ok(())
        }

        fn is(&self) -> Option<String> {
            get(self, NAME).unwrap().map(|secret| secret.expose().to_owned())
        }
    }

    impl Entries for Small {
        fn read(&self, name: &str) -> Result<Option<Secret>, VaultError> {
            Ok(self.kept.borrow().get(name).map(Secret::new))
        }

        fn write(&self, name: &str, secret: &Secret) -> Result<(), VaultError> {
            if secret.expose().encode_utf16().count() > ROOM {
                return Err(VaultError("longer than the platform's limit".into()));
            }
            self.change(|kept| drop(kept.insert(name.to_owned(), secret.expose().to_owned())))
        }

        fn remove(&self, name: &str) -> Result<(), VaultError> {
            self.change(|kept| drop(kept.remove(name)))
        }
    }

    proptest! {
        #[test]
        fn a_secret_of_any_length_comes_back_and_leaves_nothing(texts in prop::collection::vec("[a-z钥😀]{0,200}", 1..6)) {
            let store = Small::default();
            for text in &texts {
                set(&store, ROOM, NAME, &Secret::new(text.as_str())).unwrap();
                prop_assert_eq!(store.is(), Some(text.clone()), "what was kept");
                let needed = text.encode_utf16().count().div_ceil(ROOM - 1) + 2;
                prop_assert!(store.kept.borrow().len() <= needed, "and no part of one before it");
            }
            delete(&store, ROOM, NAME).unwrap();
            prop_assert!(store.kept.borrow().is_empty(), "a secret that is removed is nowhere");
        }

        #[test]
        fn whatever_interrupts_it_one_secret_is_there_whole(
            before in "[a-m]{0,200}", after in "[n-z]{0,200}", writes in 0_u32..12
        ) {
            let store = Small::default();
            set(&store, ROOM, NAME, &Secret::new(before.as_str())).unwrap();
            store.writes_left.set(Some(writes));
            let done = set(&store, ROOM, NAME, &Secret::new(after.as_str()));
            store.writes_left.set(None);
            let is = store.is();
            prop_assert!(is.as_ref() == Some(&before) || is.as_ref() == Some(&after), "half of {is:?}");
            prop_assert!(done.is_err() || is.as_ref() == Some(&after), "what was said to be kept is");
            set(&store, ROOM, NAME, &Secret::new(after.as_str())).unwrap();
            delete(&store, ROOM, NAME).unwrap();
            prop_assert!(store.kept.borrow().is_empty(), "and what it left goes with the next");
        }
    }

    #[test]
    fn a_system_with_room_keeps_one_entry_and_is_asked_nothing_more() {
        let store = Small::default();
        set(&store, usize::MAX, NAME, &Secret::new("short")).unwrap();
        assert_eq!(store.kept.borrow().keys().collect::<Vec<_>>(), [NAME], "as before");
    }
}
