package io.evident.pipeline.query;

import java.io.IOException;

/**
 * Writes pages as whoever asked sends them on, so that what was written once can be kept with the answer and given again. The
 * same page always becomes the same bytes. Thread-safe; two forms are the same only when they are the same object.
 */
@FunctionalInterface
public interface PageForm {
    /**
     * Writes a page. Called on the thread that asks.
     *
     * @return a {@link QueryAnswer.WrittenPage} with all but the events as in the page, or a {@link QueryAnswer.Refused}
     */
    QueryAnswer write(QueryAnswer.Page page) throws IOException;
}
