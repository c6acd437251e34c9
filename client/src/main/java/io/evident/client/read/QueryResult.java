package io.evident.client.read;

import io.evident.client.read.answer.BadAnswerException;
import io.evident.client.read.answer.EventPage;
import io.evident.client.read.answer.IncompleteAnswerException;
import io.evident.client.read.answer.ReadException;
import io.evident.client.read.answer.StoredEvent;
import io.evident.client.read.answer.UnreadablePart;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The events that match, in the query's order, each page fetched when it is needed. When fetching fails with a {@link
 * ReadException} the place is kept: another {@link #hasNext()} asks for the same page again. Needs no closing. For one
 * thread.
 */
public final class QueryResult implements Iterator<StoredEvent> {
    private final Function<String, EventPage> pages;
    private final boolean incompleteAllowed;
    private final Set<UnreadablePart> unreadable = new LinkedHashSet<>();
    private Iterator<StoredEvent> page = List.<StoredEvent>of().iterator();
    private String cursor;
    private boolean last;

    /** @param pages fetches the page of a cursor, {@code null} for the first */
    QueryResult(Function<String, EventPage> pages, boolean incompleteAllowed) {
        this.pages = pages;
        this.incompleteAllowed = incompleteAllowed;
    }

    /**
     * Whether there is another event; may fetch a page.
     *
     * @throws IncompleteAnswerException when something that may belong to the answer cannot be read, unless the query
     *     allows that
     * @throws ReadException when there is no answer
     */
    @Override
    public boolean hasNext() {
        while (!page.hasNext() && !last) {
            fetch();
        }
        return page.hasNext();
    }

    private void fetch() {
        EventPage next = pages.apply(cursor);
        if (!next.unreadable().isEmpty() && !incompleteAllowed) {
            throw new IncompleteAnswerException(next.unreadable());
        }
        if (next.cursor() != null && next.cursor().equals(cursor)) {
            throw new BadAnswerException("the page after a cursor has the same cursor again");
        }
        unreadable.addAll(next.unreadable());
        page = next.events().iterator();
        cursor = next.cursor();
        last = cursor == null;
    }

    @Override
    public StoredEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more events");
        }
        return page.next();
    }

    /** The events that are left, as a sequential stream; it replaces the iterator. */
    public Stream<StoredEvent> stream() {
        int characteristics = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, characteristics), false);
    }

    /**
     * What may belong to the answer and cannot be read, as far as pages were fetched. Empty unless the query allows
     * incomplete answers.
     */
    public List<UnreadablePart> unreadable() {
        return List.copyOf(unreadable);
    }
}
