package io.evident.server.check;

import io.evident.storage.segment.DamageKind;
import java.util.Arrays;

/**
 * What a finding means to an operator.
 *
 * @param meaning what has happened
 * @param loss what is lost at most
 * @param action what to do
 */
public record Advice(String meaning, String loss, String action) {
    private static final String KEEP = "Keep a copy of the directory as it is. Look at the disk (SMART, kernel log).";
    private static final String POWER_CUT =
            " In the segment that was being written when power failed it may also be a block that"
                    + " was only JOURNALED: then no synced event is lost.";
    private static final String BLOCKS = "The events of these blocks; all others are served.";

    /** The advice for a finding. */
    public static Advice on(Finding finding) {
        return Arrays.stream(DamageKind.values())
                .filter(kind -> kind.text().equals(finding.kind()))
                .findFirst()
                .map(Advice::on)
                .orElseGet(() -> onOther(finding.kind()));
    }

    private static Advice on(DamageKind kind) {
        return switch (kind) {
            case UNFINISHED ->
                new Advice(
                        "The process or the machine stopped while a block was being written. That is normal after a crash.",
                        "Nothing that was acknowledged as synced; after a power cut perhaps journaled events.",
                        "Nothing.");
            case HEADER ->
                new Advice(
                        "The bytes that lead to a block are damaged. The blocks behind them were found by search."
                                + POWER_CUT,
                        "Nothing where 0 bytes are set aside, else the events of those bytes.",
                        KEEP);
            case NOT_A_BLOCK, CHECKSUM ->
                new Advice(
                        "Bytes on the disk are not those that were written: a failing disk, or somebody changed them."
                                + POWER_CUT,
                        BLOCKS,
                        KEEP
                                + " Restore the segment from a backup while the server is stopped. Without one: stop the server,"
                                + " move the segment's blocks.idx away and start it, so that the block is set aside and"
                                + " queries pass it by.");
            case UNKNOWN_VERSION ->
                new Advice(
                        "A later version of Evident wrote this block.",
                        "Nothing; but this version cannot serve it.",
                        "Run the later version again.");
            case FOREIGN ->
                new Advice(
                        "A file stands in the place of another: it was copied or swapped by hand.",
                        "Nothing, as long as the file is kept. Blocks of another shard or incarnation are not served here.",
                        "Stop the server and move the file to where it belongs; its blocks tell shard and incarnation.");
            case GAP ->
                new Advice(
                        "Sequences are missing: the blocks that held them are damaged, cut off or taken away."
                                + POWER_CUT,
                        "The events of these sequences.",
                        "Look for the segment that held them, and put it back while the server is stopped.");
            case OVERLAP ->
                new Advice(
                        "Sequences come twice: a segment was away during a start and came back, or was copied.",
                        "Nothing. What a later incarnation wrote is served beside it; a copy is set aside.",
                        "Nothing; remove the copy if there is one.");
            case CHAIN ->
                new Advice(
                        "A block does not follow the block that stands before it, although both are whole: a block was"
                                + " replaced or taken out on purpose.",
                        "Unknown: the replaced block cannot be told from the true one.",
                        "Treat it as tampering. Compare with a backup.");
            case TRUNCATED ->
                new Advice(
                        "A segment that was complete has lost blocks, or its file.",
                        "The events of the blocks that are not found.",
                        KEEP + " Restore the segment from a backup while the server is stopped.");
            case SEAL ->
                new Advice(
                        "The list of a segment's blocks is damaged or another segment's. It is derived from the segment.",
                        "Nothing.",
                        "Nothing: the next start reads the segment and writes the list anew.");
            case REMOVED ->
                new Advice(
                        "Retention removed events of a segment, and the file that says of whom is damaged or missing.",
                        "Nothing: what is kept is served. The ledger cannot be compared exactly any more.",
                        "Nothing: it is written anew, without their tenants, when more is removed. Look at the disk.");
            case UNREADABLE ->
                new Advice(
                        "A file or directory cannot be read: wrong permissions, or a failing disk.",
                        "Nothing if it becomes readable again; until then its events are not served.",
                        "Mend the permissions (the user that runs Evident has to read and write), or look at the disk; then"
                                + " start the server again.");
            case UNKNOWN_FILE ->
                new Advice(
                        "Something that is not Evident's lies among the segments.", "Nothing.", "Move it elsewhere.");
        };
    }

    private static Advice onOther(String kind) {
        return switch (kind) {
            case Finding.SHARD_MAP ->
                new Advice(
                        "shards.json says which shard an event belongs to. It, or one of its copies, is damaged, missing or"
                                + " of a later version; or shards have a directory that it does not have.",
                        "No event; but those of shards that the map does not have are not served. Queries by stream may ask"
                                + " more shards than they need.",
                        "Damaged or missing: start the server; it restores the map from its newest copy, and keeps the"
                                + " damaged one. Of a later version: run that one; this one does not start without a whole"
                                + " copy of its own format. Shards that the map does not have: move their directories to the"
                                + " data directory that they belong to.");
            case Finding.RETENTION ->
                new Advice(
                        "retention.json has the rules and holds of retention, and up to where events have expired. It, or one"
                                + " of its copies, is damaged, missing, put back from an earlier time, or of a later version.",
                        "Nothing as long as a whole one is left. A part of it that only the damaged one had would be of the last"
                                + " change before it was damaged.",
                        "Start the server: it restores the file from its newest copy, mends the copies, and keeps the damaged"
                                + " one. Then look at the rules and holds with `evident retention`. Of a later version: run that"
                                + " one; this one does not start. "
                                + KEEP);
            case Finding.RETENTION_LOST ->
                new Advice(
                        "Neither retention.json nor a copy of it can be read any more.",
                        "All rules and holds of retention. No event: nothing expires until rules are set again. What had expired"
                                + " and is not freed yet can be found again from the next start on.",
                        KEEP
                                + " Put a whole retention.json back from a backup while the server is stopped, if there is one."
                                + " Else start the server, which keeps the damaged ones under other names, and set the holds"
                                + " again first (`evident retention hold`), then the rules; who set which is told by the"
                                + " events of tenant _system, action retention.held, retention.released and"
                                + " retention.rule-changed.");
            case Finding.SHARD_MISSING ->
                new Advice(
                        "A whole shard is not there: its volume is not mounted, or it was taken away.",
                        "All events of the shard, until it is back.",
                        "Stop the server, put the directory back, start it.");
            case Finding.SHARD_UNKNOWN ->
                new Advice(
                        "A server that was to get more shards ended, or failed, before their epoch began.",
                        "Nothing: no event was ever sent there.",
                        "Nothing. The next `evident shards grow` uses the directory.");
            case Finding.STANDBY_MISSING ->
                new Advice(
                        "The shard has a standby volume, which may hold events, and it was not looked at, or another one was named.",
                        "Nothing; but what is only there was not checked, and looks missing.",
                        "Run this again with --standby DIR, the directory that the server has in standby.directory.");
            case Finding.SUPERSEDED ->
                new Advice(
                        "The shard went over to its standby volume once, and what was not forced was written again there.",
                        "Nothing.",
                        "Nothing.");
            case Finding.LEDGER ->
                new Advice(
                        "The server counted another number of stored events than the journal holds.",
                        "The difference.",
                        "If nothing else is found here, treat it as tampering or as a fault of Evident, and report it.");
            case Finding.LEDGER_INCOMPLETE ->
                new Advice(
                        "The server ended before a record of its ledger was whole, or wrote it while this was read. That is"
                                + " normal after a crash, and beside a server at work.",
                        "Nothing; but what this run counted was not compared.",
                        "Nothing. Beside a server at work, run this again.");
            case Finding.LEDGER_IN_FLIGHT ->
                new Advice(
                        "Events were still under way when the server wrote its last record: a disk failed, or was slow.",
                        "Nothing that was acknowledged as synced. Whoever sent these events had no such receipt, and may"
                                + " send them again.",
                        "Look at the disk and at the log of that stop.");
            case Finding.EMERGENCY_NOTE ->
                new Advice(
                        "Beside the emergency journal lies what a crash left, what an earlier start set aside, or what is not"
                                + " Evident's.",
                        "Nothing.",
                        "Nothing; files that were set aside can be moved elsewhere once the log of that start was read.");
            case Finding.EMERGENCY_COPY ->
                new Advice(
                        "One copy of the emergency journal is damaged, or behind; the other one has every event.",
                        "Nothing.",
                        "Start the server: it makes the copies the same again. Look at the disk of the damaged copy.");
            case Finding.EMERGENCY_LOST ->
                new Advice(
                        "Critical events that wait in the emergency journal are whole in no copy that was looked at; or, at its"
                                + " end, power failed while a block was being written, which nothing tells apart.",
                        "The critical events of these positions, from a moment when their shard could not be written.",
                        "If there is a backup copy, look at it too: --backup DIR. " + KEEP
                                + " Put a whole copy back while"
                                + " the server is stopped. It starts as it is, and serves all others.");
            default ->
                new Advice(
                        "A block with a right checksum holds what is no event.",
                        BLOCKS,
                        "Report it: this is a fault of Evident.");
        };
    }
}
