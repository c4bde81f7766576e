//! A report of a portal from Rust, with login, test data and waivers as `portal-conformance.toml` has
//! them: `cargo run --example report TARGET`.
#![expect(clippy::print_stdout, reason = "the report is what it prints")]

use portal_conformance::case::Selection;
use portal_conformance::report::{self, Report};
use portal_conformance::session::{Session, Stop};
use portal_conformance::settings::{Given, Settings};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args().nth(1).ok_or("expected a target's name")?;
    let settings = Settings::of_process(&Given::target(&target))?;
    let session = Session::prepare(&settings)?;
    let all = Selection::default();
    let run = session.run(&all, |_| {}, Stop::never()).await?;
    println!("{}", report::text(&Report::of(&run)));
    std::process::exit(run.exit_code() as i32)
}
