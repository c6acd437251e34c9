package io.evident.server.simulation;

/** Where an event stands: never that of another. */
record Identity(int shard, int incarnation, long sequence) {
    @Override
    public String toString() {
        return shard + "." + incarnation + "." + sequence;
    }
}
