package io.evident.load.sink;

import java.io.IOException;

/** What one connection of the sink speaks. */
interface SinkProtocol {
    /**
     * Takes the first whole message of these bytes, and answers it.
     *
     * @return where the message ends, or -1 when it is not whole yet
     * @throws IOException when it is none
     */
    int take(byte[] bytes, int from, int to, SinkConnection answers) throws IOException;
}
