//! A contract and conformance test harness for portals that speak the ONLYOFFICE portal API 2.0.
pub mod case;
pub mod client;
pub mod contract;
pub mod page;
pub mod portal;
pub mod profile;
pub mod schema;
pub mod shape;
pub mod source;
pub mod target;
pub mod check;
pub mod snapshot;
pub mod run;
