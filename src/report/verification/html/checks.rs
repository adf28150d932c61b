//! What came of the checks of a server or of a model, one item each.

use std::io::{self, Write};

use super::amount::time;
use super::badge::Badge;
use super::spot::Spot;
use super::text::Text;
use crate::report::verification::{line, place};
use crate::verification::{Check, Outcome, Status};

/// Writes the list.
pub(super) fn write(spot: Spot, outcomes: &[Outcome], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"<ul class="checks">"#)?;
    for (at, outcome) in outcomes.iter().enumerate() {
        let status = outcome.status.code();
        writeln!(out, r#"<li id="{spot}-c{}" class="{status}">"#, at + 1)?;
        let check = outcome.check.code();
        write!(out, "{}<b>{check}</b><div>", Badge(outcome.status))?;
        write!(out, "<p>{}</p>", Text(line(&outcome.message)))?;
        if let Some(help) = &outcome.help {
            write!(out, r#"<p class="help">{}</p>"#, Text(line(help)))?;
        }
        if let Some(at) = &outcome.place {
            let (place, path) = (Text(place(at)), Text(line(&at.path)));
            write!(
                out,
                r#"<p class="place">at <code>{place}</code> (<code>{path}</code>)</p>"#
            )?;
        }
        write!(out, "</div>")?;
        if let Some(took) = outcome.took {
            write!(out, r#"<span class="took">{}</span>"#, time(took))?;
        }
        writeln!(out, "\n</li>")?;
    }
    writeln!(out, "</ul>")
}

/// What came of a check, and the number of its item, from 1. Of several it is the worst.
pub(super) fn worst_of(outcomes: &[Outcome], check: Check) -> Option<(Status, usize)> {
    let all = outcomes.iter().zip(1..);
    let of_it = all.filter(|(outcome, _)| outcome.check == check);
    let of_it = of_it.map(|(outcome, number)| (outcome.status, number));
    of_it.reduce(|worst, next| if next.0 > worst.0 { next } else { worst })
}

/// Writes what each check asks.
pub(super) fn questions(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        r#"<details class="questions">
<summary>What the checks ask</summary>
<dl class="facts">"#
    )?;
    let of_model = Check::OF_MODEL.into_iter();
    let of_model = of_model.filter(|check| !Check::OF_SERVER.contains(check));
    for check in Check::OF_SERVER.into_iter().chain(of_model) {
        let (code, question) = (check.code(), check.question());
        writeln!(out, "<div><dt>{code}</dt><dd>{question}</dd></div>")?;
    }
    writeln!(out, "</dl>\n</details>")
}
