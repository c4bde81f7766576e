//! The page of all checks, `docs/checks.md`, made of the rules.

use std::fmt::Write as _;

use crate::check::{Family, Rule};
use crate::level::Level;
use crate::report::outline::sentence;
use crate::report::words;

/// What the page says before the rules.
const HEAD: &str = "# Checks

This page is made of the rules in `src/check/rule/`; a test compares it with them, and `UPDATE_DOCS=1 cargo test --test suite checks` writes it anew.

A case holds answers against the rules of its family. What breaks a rule is told with the place in the answer, the line of the page that promises it, and the rule's name, which waivers use as `kind`. `portal-conformance explain RULE` says the same in a terminal.
";

/// What the page says of waivers, before the rules.
const WAIVERS: &str = "
To forgive what is known, every finding prints its waiver; add why and until when ([configuration.md](configuration.md), Waivers):

```toml
[[target.staging.waiver]]
case = \"get-crm-contact-contactid::*\"    # the cases; * stands for any part of a name
pointer = \"/response/TaskCount\"          # the place; without it, any
kind = \"missing\"                         # the rule
reason = \"the vendor restores it with release 12.6\"
until = \"2027-03-31\"
```
";

/// The page of all checks, as Markdown.
#[must_use]
pub fn checks() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n## Families\n\n| family | looks at | why | rules |\n|---|---|---|---|\n");
    for family in Family::ALL {
        let rules = Rule::ALL.iter().map(|rule| rule.entry());
        let seen = rules.filter(|entry| entry.families.contains(&family));
        let links: Vec<String> = seen.map(|entry| link(entry.id)).collect();
        let _ = writeln!(
            page,
            "| {family} | {} | {} | {} |",
            family.sentence(),
            family.reason(),
            links.join(", ")
        );
    }
    page.push_str("\n## Levels\n\n| level | a break of the rule | rules |\n|---|---|---|\n");
    for level in Level::ALL {
        let rules = Rule::ALL.iter().map(|rule| rule.entry());
        let rules = rules.filter(|entry| entry.level == level);
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            level.as_str(),
            level.sentence(),
            rules.count()
        );
    }
    page.push_str("\n## Waivers\n");
    page.push_str(WAIVERS);
    page.push_str("\n## Rules\n");
    for rule in Rule::ALL {
        page.push_str(&section(*rule));
    }
    page
}

fn section(rule: Rule) -> String {
    let entry = rule.entry();
    let (expected, actual) = (entry.message)();
    format!(
        "\n### {}\n\n{}. {}\n\n- **Level:** {}\n- **Seen by:** {}\n- **Rests on:** {}\n\n\
         Keeps it:\n\n```text\n{}\n```\n\nBreaks it:\n\n```text\n{}\n```\n\n\
         The report says:\n\n```text\n{}\n```\n\nThe waiver names `kind = \"{}\"`.\n",
        entry.id,
        sentence(rule.sentence()),
        entry.reason,
        entry.level.as_str(),
        entry.seen_by().join(", "),
        entry.reference,
        entry.kept,
        entry.broken,
        words::disagreement(&expected, &actual),
        entry.id,
    )
}

/// A link to the section of a rule.
fn link(id: &str) -> String {
    format!("[{id}](#{id})")
}
