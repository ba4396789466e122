//! The mail that a server fails to hand over: after some tries it goes to quarantine without bytes, so that the next one can
//! come.

use super::fault::Fault;

/// After this many failures on one mail nobody waits for it any more.
const MAX_TRIES: u32 = 3;

/// The mail that did not come so far, if there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Trouble(Option<Held>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    folder: String,
    uid: u32,
    tries: u32,
}

impl Trouble {
    /// Whether this is the mail that did not come.
    pub(super) fn is_about(&self, folder: &str, uid: u32) -> bool {
        self.0.as_ref().is_some_and(|held| held.folder == folder && held.uid == uid)
    }

    /// Counts a failure on a mail, and whether it was one too many; a broken line is nobody's fault and does not count.
    pub(super) fn is_hopeless(&mut self, folder: &str, uid: u32, fault: &Fault) -> bool {
        if !matches!(fault, Fault::Garbled(_) | Fault::Refused(_)) {
            return false;
        }
        let tries = match self.0.take() {
            Some(held) if held.folder == folder && held.uid == uid => held.tries + 1,
            Some(_) | None => 1,
        };
        let hopeless = tries >= MAX_TRIES;
        if !hopeless {
            self.0 = Some(Held { folder: folder.to_owned(), uid, tries });
        }
        hopeless
    }

    /// All mails of a folder that were asked for came.
    pub(super) fn forget(&mut self, folder: &str) {
        if self.0.as_ref().is_some_and(|held| held.folder == folder) {
            self.0 = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_given_up_after_three_refusals_in_a_row() {
        let (mut trouble, refused) = (Trouble::default(), Fault::Refused("no".to_owned()));
        let lost = Fault::Lost("broken".to_owned());
        assert!(!trouble.is_hopeless("INBOX", 2, &refused), "once");
        assert!(trouble.is_about("INBOX", 2) && !trouble.is_about("Junk", 2), "and known by its folder");
        assert!(!trouble.is_hopeless("INBOX", 2, &lost), "a broken line does not count");
        assert!(!trouble.is_hopeless("INBOX", 2, &refused), "twice");
        trouble.forget("Junk");
        assert!(trouble.clone().is_hopeless("INBOX", 2, &refused), "three times");
        trouble.forget("INBOX");
        assert!(!trouble.is_hopeless("INBOX", 2, &refused), "from the beginning after it came");
        assert!(!trouble.is_hopeless("INBOX", 3, &refused), "another mail");
        assert!(!trouble.is_hopeless("INBOX", 2, &refused), "begins anew");
    }
}
