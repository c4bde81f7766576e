//! A contract and conformance test harness for portals that speak the ONLYOFFICE portal API 2.0.
//!
//! A suite of your own tries your portal, with your pages and your profile, in a test with `harness = false`;
//! the token is in `PORTAL_TOKEN`:
//!
//! ```no_run
//! use portal_conformance::cli;
//! use portal_conformance::settings::{Given, Settings};
//!
//! fn main() -> std::process::ExitCode {
//!     let given = Given {
//!         url: Some("https://portal.example.com".to_owned()),
//!         pages: vec!["tests/pages".into()],
//!         profile: Some("tests/our-portal.toml".to_owned()),
//!         ..Given::default()
//!     };
//!     cli::libtest_of(Settings::of_process(&given))
//! }
//! ```
//!
//! What happens in it step by step is shown by [`session`].
//!
//! Data goes one way; a module imports only modules above it. `ARCHITECTURE.md` names the private ones too.
//!
//! 1. [`names`] helps with mistyped ones; [`level`] is what the break of a rule does, [`percent`] a share;
//!    [`address`] reads a URL, [`amount`] times, sizes and rates, [`media_type`] media types; [`digest`] tells whether two texts are the same;
//!    [`source`] names a text and places in it; [`page`] cuts it into sections.
//! 2. [`shape`] is the type tree behind an example or a schema; [`contract`] reads what pages and `OpenAPI`
//!    documents promise: operations, parameters, examples; [`writes`] says which of them may change a portal.
//! 3. [`profile`] says how one kind of portal spells it; [`schema`] writes both as JSON Schema and
//!    RELAX NG; [`lint`] finds where a page contradicts itself.
//! 4. [`secret`] hides what nobody may read; [`config`] is the configuration file; [`look_up`] finds values of
//!    parameters on the portal; [`target`] is the
//!    portal that is tried; [`settings`] lays flags over environment over file; [`client`] asks one
//!    question and gets one answer; [`recording`] is what somebody else asked.
//! 5. [`case`](mod@case) lays out what is asked; [`check`] holds answers against the contract;
//!    [`snapshot`] holds envelopes against reviewed ones; [`waiver`] says what is forgiven.
//! 6. [`run`] asks, judges and makes the libtest-mimic trials; [`adopt`] finds what a profile must say of a portal
//!    that is taken to be right; [`report`] writes a run down, [`compare`] lays such reports beside each other;
//!    [`exit_code`] is how a process ends after it.
//! 7. [`portal`] is the reference portal, made from contract, shape and profile alone; [`session`] is
//!    the life of one run: log in, make test data, ask, judge, undo; [`proof`] tries the suite against
//!    the portal's faults and lawful variations.
//! 8. [`cli`] is the command line.

pub mod names;

pub mod level;

pub mod percent;

pub mod address;

pub mod amount;

pub mod media_type;

mod shares;

pub mod source;

mod draft;

mod input;

pub mod digest;

mod pointer;

mod character_reference;

mod budget;

pub mod exit_code;

pub mod page;

pub mod shape;

pub mod contract;

pub mod writes;

pub mod profile;

pub mod schema;

pub mod lint;

pub mod config;

pub mod look_up;

pub mod secret;

mod base_path;
mod header_token;

pub mod credentials;

pub mod request_header;

pub mod parameter_value;

pub mod target;

pub mod settings;

pub mod client;

pub mod recording;

pub mod case;

pub mod check;

pub mod snapshot;

pub mod waiver;

pub mod run;

pub mod adopt;

mod report_file;

pub mod report;

pub mod compare;

pub mod portal;

pub mod session;

pub mod proof;

pub mod cli;
