//! What the operating system gives and the floors below must not ask for: the clock, a lock between processes, free
//! space, folders that change their names, and the points at which a test may kill the process.

pub mod clock;
pub mod disk;
pub mod exchange;
pub mod kill_point;
pub mod lock;
