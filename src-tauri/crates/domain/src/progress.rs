use crate::Turn;

/// The states of an order by the platforms' words, in the order in which an order goes through them. Those of one line are as
/// far along as each other. (Shopee and AliExpress; a state that holds an order up is behind those in which it may begin.)
const WAY: [&[&str]; 12] = [
    &["UNPAID", "PLACE_ORDER_SUCCESS"],
    &["PENDING", "WAIT_SELLER_EXAMINE_MONEY", "RISK_CONTROL"],
    &["INVOICE_PENDING"],
    &["READY_TO_SHIP", "WAIT_SELLER_SEND_GOODS"],
    &["PROCESSED", "SELLER_PART_SEND_GOODS"],
    &["RETRY_SHIP"],
    &["SHIPPED", "WAIT_BUYER_ACCEPT_GOODS"],
    &["TO_CONFIRM_RECEIVE"],
    &["IN_CANCEL", "IN_FROZEN", "IN_ISSUE", "TO_RETURN"],
    &["FUND_PROCESSING"],
    &["COMPLETED", "FINISH"],
    &["CANCELLED"],
];

impl Turn {
    /// The turn of a state of an order among those of its instant: the one further along comes last, and before all of them
    /// what no platform is known to say.
    #[must_use]
    pub fn of_progress(status: &str) -> Self {
        let same = |word: &&str| word.eq_ignore_ascii_case(status);
        let rank = WAY.iter().position(|words| words.iter().any(same)).map_or(0, |place| place as u64 + 1);
        Self::ranked(rank, status)
    }
}

#[cfg(test)]
mod tests {
    use crate::Turn;

    #[test]
    fn the_state_further_along_comes_last_and_no_two_are_the_same() {
        let way = ["packed", "UNPAID", "READY_TO_SHIP", "SHIPPED", "IN_CANCEL", "COMPLETED", "CANCELLED"];
        for pair in way.windows(2) {
            assert!(Turn::of_progress(pair[0]) < Turn::of_progress(pair[1]), "{pair:?}");
        }
        let ours = ["", "packed", "sent", "SHIPPED", "WAIT_BUYER_ACCEPT_GOODS"].map(Turn::of_progress);
        for (place, turn) in ours.iter().enumerate() {
            assert!(ours[..place].iter().all(|other| other != turn), "each state has a turn of its own");
        }
        assert!(Turn::of_progress("shipped") > Turn::of_progress("READY_TO_SHIP"), "however it is spelt");
    }
}
