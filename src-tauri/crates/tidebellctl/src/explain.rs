//! `explain`: the pure rules on a script.

use crate::Failure;
use crate::cli::Explain;
use crate::import::must_be_utf8;
use rules::explain::{explain_clocks, explain_dispatch};
use std::io::{self, BufWriter};

pub(crate) fn run(which: &Explain) -> Result<(), Failure> {
    let (mut input, output) = (io::stdin().lock(), BufWriter::new(io::stdout().lock()));
    must_be_utf8(&mut input)?;
    let summary = match which {
        Explain::Dispatch => explain_dispatch(input, output),
        Explain::Clocks => explain_clocks(input, output),
    };
    let summary = summary.map_err(|error| error.to_string())?;
    for error in &summary.errors {
        crate::complain(&error.to_string());
    }
    match summary.errors.len() {
        0 => Ok(()),
        n => {
            let which = match which {
                Explain::Dispatch => "dispatch",
                Explain::Clocks => "clocks",
            };
            let lines = summary.lines;
            Err(format!(
                "{n} of {lines} lines could not be understood; tidebellctl explain {which} --help shows what a line has"
            ))
        }
    }
}
