//! The program that runs for months: a clock that calls the use cases.
