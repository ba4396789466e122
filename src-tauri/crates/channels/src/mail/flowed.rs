//! `format=flowed` (RFC 3676): lines that end in a space go on in the next one, so that nothing stays cut in two.

/// Joins the lines of a flowed text. With `delsp` the space at a join is taken off: Chinese has none between words.
pub(crate) fn joined(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // The quote depth of a paragraph that goes on.
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let rest = &line[depth..];
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let signature = rest == "-- ";
        if open == Some(depth) && !signature {
            if delsp {
                out.pop();
            }
        } else {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&line[..depth]);
            if depth > 0 {
                out.push(' ');
            }
        }
        out.push_str(rest);
        open = (rest.ends_with(' ') && !signature).then_some(depth);
    }
    out
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    #[rstest]
    #[case("a long \r\nline \r\nends.\r\n\r\nnext", false, "a long line ends.\n\nnext")]
    #[case("您的订 \r\n单已发 \r\n货", true, "您的订单已发货")]
    #[case("> quoted \n> text\nmine \n> theirs", false, "> quoted text\nmine \n> theirs")]
    #[case("text \n-- \nsig \nnature", false, "text \n-- \nsig nature")]
    #[case(" From stuffed\n  indented", false, "From stuffed\n indented")]
    #[case("", false, "")]
    fn lines_that_flow_are_joined(#[case] flowed: &str, #[case] delsp: bool, #[case] joined: &str) {
        assert_eq!(super::joined(flowed, delsp), joined, "as its writer typed it");
    }
}
