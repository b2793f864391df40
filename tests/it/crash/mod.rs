//! What dies in the middle: the process, the disk, the database. Badges stay whole, and the next run ends as if nothing had been.

mod frozen;
mod full;
mod kills;
mod network;
mod server;
mod site;
mod soak;
mod turns;
mod unreachable;
