//! Everything that is tried from outside the crate, in one binary, so that it is linked once.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod agreement;
mod bureau;
mod checks;
mod cli;
mod clients;
mod config;
mod connections;
mod derive;
mod dialect;
mod documents;
mod faults;
mod from_rust;
mod hostile;
mod hostile_tls;
mod independent;
mod inputs;
mod junit;
mod kills;
mod layers;
mod left_behind;
mod levels;
mod meaning;
mod names;
mod nextest;
mod options;
mod own_pages;
mod pages;
mod places;
mod privacy;
mod report_schema;
mod reports;
mod requests;
mod safety;
mod serve;
mod set_up;
mod snapshots;
mod steadiness;
mod subject;
mod support;
mod surroundings;
mod targets;
mod trials;
mod verdicts;
