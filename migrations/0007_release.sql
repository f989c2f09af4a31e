-- To whom what a source brought may be passed on, as whoever imported it said: PUBLIC, or REL with nations. Where nothing
-- was said, to anybody, but for what the configuration says of the sort of source.
ALTER TABLE source ADD COLUMN release TEXT;
