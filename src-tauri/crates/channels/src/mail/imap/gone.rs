//! Folders that cannot be read: renamed, removed, or closed to this account. The others go on.

use crate::Cursors;

const PREFIX: &str = "gone/";
const YES: &str = "1";

/// The folders that could not be read when they were last asked for, by their names.
#[must_use]
pub fn gone(cursors: &Cursors) -> Vec<String> {
    let streams = cursors.range(PREFIX.to_owned()..).take_while(|(stream, _)| stream.starts_with(PREFIX));
    streams
        .filter(|(_, value)| *value == YES)
        .filter_map(|(stream, _)| stream.strip_prefix(PREFIX).map(str::to_owned))
        .collect()
}

/// What a round found out: folders that vanished (true) or came back.
#[must_use]
pub fn news(cursors: &Cursors) -> Vec<(String, bool)> {
    let streams = cursors.range(PREFIX.to_owned()..).take_while(|(stream, _)| stream.starts_with(PREFIX));
    streams
        .filter_map(|(stream, value)| Some((stream.strip_prefix(PREFIX)?.to_owned(), value == YES)))
        .collect()
}

/// Notes whether a folder could be read, where that is news.
pub(super) fn note(folder: &str, is_gone: bool, cursors: &Cursors, news: &mut Cursors) {
    let stream = format!("{PREFIX}{folder}");
    let was = cursors.get(&stream).is_some_and(|value| value == YES);
    if was != is_gone {
        news.insert(stream, if is_gone { YES } else { "" }.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_vanishes_and_comes_back_is_told_once_each() {
        let mut kept = Cursors::from([("uid/INBOX".to_owned(), "7:1".to_owned())]);
        for (is_gone, told) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut news = Cursors::new();
            note("垃圾邮件", is_gone, &kept, &mut news);
            assert_eq!(super::news(&news).len() == 1, told, "gone: {is_gone}");
            kept.extend(news);
            assert_eq!(gone(&kept), if is_gone { vec!["垃圾邮件"] } else { vec![] }, "by its name");
        }
    }
}
