package io.evident.pipeline.control;

import io.evident.event.Refusal;

/** What became of the wish for another number of shards. */
public sealed interface ResizeAnswer {
    /**
     * It is so, and will be after any stop.
     *
     * @param epoch of the shard map by which events go now
     * @param from how many shards took events before
     * @param shards how many do now
     * @param slotsMoved how many slots went to another shard
     */
    record Done(int epoch, int from, int shards, int slotsMoved) implements ResizeAnswer {}

    /** All is as it was. */
    record Refused(Refusal refusal) implements ResizeAnswer {}
}
