//! Reads the clock and the arguments, calls one command, turns an error into an exit code.

fn main() {}
