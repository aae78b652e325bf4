//! The text of a printed section, and only here: which rows it has, how they are printed, how a draft is
//! merged with them, and what is wrong with a section.

pub mod calls;
pub mod grammar;
pub mod habits;
pub mod lint;
pub mod merge;
pub mod observed;
pub mod print;
pub mod pulled;
pub mod select;
pub mod style;
pub mod versions;
