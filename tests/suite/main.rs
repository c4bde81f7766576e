//! Everything that is tried from outside the crate, in one binary, so that it is linked once.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    reason = "what a test parses it has made itself"
)]

mod accessible;
mod account;
mod adopt;
mod agreement;
mod atelier;
mod bounded;
mod bureau;
mod certificate;
mod checks;
mod cli;
mod clients;
mod compare;
mod config;
mod connections;
mod derive;
mod dialect;
mod documents;
mod effort;
mod enough;
mod faults;
mod forms;
mod from_rust;
mod fuzzed;
mod github;
mod hostile;
mod hostile_tls;
mod independent;
mod init;
mod inputs;
mod installed;
mod judge;
mod junit;
mod kills;
mod layers;
mod leave;
mod left_behind;
mod levels;
mod look_up;
mod meaning;
mod measured;
mod midway;
mod names;
mod nextest;
mod notes;
mod openapi;
mod options;
mod orchard;
mod outward;
mod own_pages;
mod page_files;
mod pages;
mod picture;
mod places;
mod privacy;
#[cfg(unix)]
mod recipes;
mod report_schema;
mod reports;
mod requests;
mod safety;
mod second_account;
mod serve;
mod set_up;
mod shards;
mod snapshots;
mod soak;
mod steadiness;
mod subject;
mod support;
mod surroundings;
mod targets;
mod trials;
mod verbose;
mod verdicts;
