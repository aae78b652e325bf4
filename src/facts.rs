//! What things are: plain values that the stages pass on. No I/O, no clock, no async.

pub mod call;
pub mod candidate;
pub mod chat;
pub mod decision;
pub mod event;
pub mod internet;
pub mod issue;
pub mod link;
pub mod listing;
pub mod mojibake;
pub mod place;
pub mod pull;
pub mod source;
pub mod topic;
pub mod when;
pub mod wording;
